using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Tests.Windows;

public sealed class ActivationEstimateTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task For_NothingMeasured_AddsUpTheLimitsAlongTheLongestChainAndOfTheHooks()
    {
        using var world = await LiveWorld.CreateAsync();
        const string Components = """
            ignoreImages: [r.example/*]
            components:
              - {name: database, path: database, healthTimeout: 10m}
              - {name: cache, path: cache, healthTimeout: 2m}
              - {name: web, path: web, dependsOn: [database, cache]}
            """;
        const string Hook = """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: migrate
              annotations: {edgesync.dev/hook: "pre-activate,on-rollback", edgesync.dev/hook-timeout: 3m}
            spec:
              template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "r.example/migrate:1"}]}}
            """;
        var bundle = await world.OpenComponentsAsync(Components, ("database", Hook), ("cache", ConfigMap("cache")), ("web", ConfigMap("web")));

        var estimate = ActivationEstimate.For("stable", bundle, Deadline, world);

        // The hook 3 min, then the database 10 min and the web 5 min; the cache runs beside the database.
        Assert.Equal(new ActivationEstimate(TimeSpan.FromMinutes(18), Samples: 0), estimate);
        Assert.Equal("up to 18m by the bundle's own time limits, because none was measured here yet", estimate.ToString());
    }

    [Fact]
    public async Task For_Measured_Is90thPercentileOfTheLastActivations()
    {
        using var world = await LiveWorld.CreateAsync();
        foreach (var seconds in new[] { 40, 30, 90, 20, 50, 60, 70, 10, 80, 1000.2 })
        {
            world.Add("stable", new StageDuration(PipelineStage.Confirm, TimeSpan.FromSeconds(seconds), world.Time.GetUtcNow()));
            world.Add("stable", new StageDuration(PipelineStage.Stage, TimeSpan.FromHours(1), world.Time.GetUtcNow()));
        }

        var estimate = ActivationEstimate.For("stable", await world.OpenFirstAsync(), Deadline, world);

        Assert.Equal(new ActivationEstimate(TimeSpan.FromSeconds(90), Samples: 10), estimate);
        Assert.Equal("about 1m30s, the 90th percentile of the last 10 here", estimate.ToString());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 9)]
    [InlineData(10, 9)]
    [InlineData(11, 10)]
    [InlineData(20, 18)]
    public void Percentile_IsTheNearestRank(int count, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        ActivationEstimate.Percentile([.. Enumerable.Range(1, count).Select(seconds => Took(TimeSpan.FromSeconds(seconds)))]));

    [Fact]
    public async Task An_activation_is_measured_with_its_fetch_and_stage_and_a_rollback_apart()
    {
        using var world = await LiveWorld.CreateAsync();
        world.FetchedBytes = 4096;
        world.Publish(1);
        var site = world.Start();
        await site.PollAsync(default);
        var healthy = new TaskCompletionSource();
        world.HealthComes = healthy.Task;
        var advancing = site.AdvanceAsync(default);
        await world.HealthWaits.WaitAsync();
        world.Time.Advance(TimeSpan.FromSeconds(42));
        healthy.SetResult();
        await advancing;

        world.Publish(2, await world.AddHooksAsync("2", ("smoke", "edgesync.dev/hook: post-activate")));
        world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([], job));
        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal(TargetProgress.RolledBack, world.Record.Progress);
        Assert.Equal(
            [PipelineStage.Fetch, PipelineStage.Stage, PipelineStage.Confirm, PipelineStage.Fetch, PipelineStage.Stage, PipelineStage.Rollback],
            world.Durations.Select(duration => duration.Stage));
        Assert.Equal([4096], world.Last("stable", PipelineStage.Fetch).Select(duration => duration.Bytes!.Value).Distinct());
        Assert.Equal(TimeSpan.FromSeconds(42), Assert.Single(world.Last("stable", PipelineStage.Confirm)).Took);
    }

    [Fact]
    public async Task An_activation_that_was_interrupted_is_not_measured()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Publish(1);
        var site = world.Start();
        await site.PollAsync(default);
        using var killed = new CancellationTokenSource();
        world.HealthComes = new TaskCompletionSource().Task;
        var advancing = site.AdvanceAsync(killed.Token);
        await world.HealthWaits.WaitAsync();
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        world.HealthComes = Task.CompletedTask;

        await world.Start().AdvanceAsync(default);

        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
        Assert.Empty(world.Last("stable", PipelineStage.Confirm));
    }

    private static string ConfigMap(string name) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n";

    private static StageDuration Took(TimeSpan duration) => new(PipelineStage.Confirm, duration, DateTimeOffset.UnixEpoch);
}
