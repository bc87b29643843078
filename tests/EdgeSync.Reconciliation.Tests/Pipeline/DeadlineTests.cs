using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>At the deadline of a preflight the cluster is on the new bundle or on last-good, never between.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan Took = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_change_that_does_not_fit_is_not_begun_and_waits_until_the_mission_is_over()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var start = world.Time.GetUtcNow();
        world.Limit = new ActivationLimit(start.AddMinutes(2.5), start.AddHours(12), "ann");
        world.Publish(2, world.Second);

        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.PreflightDeadline), (world.Record.Progress, world.Record.WaitingFor));
        Assert.Contains("activating takes about 1m30s, the 90th percentile of the last 1 here and going back 1m30s, 3m together, so that it had to begin by", world.Acknowledged[^1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(2L, world.Applied);

        world.Time.Advance(TimeSpan.FromHours(11));
        await site.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Staged, world.Record.Progress);

        world.Time.Advance(TimeSpan.FromHours(1));
        await site.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
    }

    [Fact]
    public async Task A_download_that_does_not_end_in_time_is_not_begun_and_goes_on_after_the_deadline()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var start = world.Time.GetUtcNow();
        world.Add("stable", new StageDuration(PipelineStage.Fetch, TimeSpan.FromSeconds(60), start) { Bytes = 60 << 20 });
        world.Add("stable", new StageDuration(PipelineStage.Fetch, TimeSpan.FromSeconds(1), start) { Bytes = 1 << 10 });
        world.LackingBytes = 300 << 20;
        world.Limit = new ActivationLimit(start.AddMinutes(8), start.AddHours(12), "ann");
        var before = world.FetchesBegun.CurrentCount;
        world.Publish(2, world.Second);

        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Received, ReasonCodes.PreflightDeadline), (world.Record.Progress, world.Record.WaitingFor));
        Assert.Contains(
            "downloading takes about 5m5s for 300.0 MiB at 0.98 MiB/s, the rate of the last 2 downloads here, activating about 1m30s, the 90th percentile of the last 1 here, going back 1m30s, 8m5s together, so that it had to begin by",
            world.Acknowledged[^1].Message,
            StringComparison.Ordinal);
        Assert.Equal(before, world.FetchesBegun.CurrentCount);

        // After the deadline it is downloaded, so that it is here when the mission is over; nothing is changed before.
        world.Time.Advance(TimeSpan.FromMinutes(8));
        await site.AdvanceAsync(default);
        Assert.Equal((TargetProgress.Staged, ReasonCodes.PreflightDeadline), (world.Record.Progress, world.Record.WaitingFor));

        world.Time.Advance(TimeSpan.FromHours(12));
        await site.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(8, false)]
    public async Task A_download_that_ends_in_time_or_of_which_nothing_is_known_is_begun(int minutes, bool isMeasured)
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var start = world.Time.GetUtcNow();
        if (isMeasured)
        {
            world.Add("stable", new StageDuration(PipelineStage.Fetch, TimeSpan.FromSeconds(60), start) { Bytes = 60 << 20 });
        }

        world.LackingBytes = 300 << 20;
        world.Limit = new ActivationLimit(start.AddMinutes(minutes), start.AddHours(12), "ann");
        world.Publish(2, world.Second);

        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
    }

    [Fact]
    public async Task A_change_that_fits_is_made()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        world.Limit = new ActivationLimit(world.Time.GetUtcNow().AddMinutes(3), world.Time.GetUtcNow().AddHours(12), "ann");
        world.Publish(2, world.Second);

        await site.PollAsync(default);
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Complete, 2L), (world.Record.Progress, world.Record.LastGood!.Summary.Sequence));
    }

    [Fact]
    public async Task A_change_that_is_not_healthy_in_time_is_rolled_back_before_the_deadline()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var deadline = world.Time.GetUtcNow().AddMinutes(4);
        world.Limit = new ActivationLimit(deadline, deadline, "ann");
        world.Publish(2, world.Second);
        world.HealthComes = new TaskCompletionSource().Task;
        await site.PollAsync(default);
        var advancing = site.AdvanceAsync(default);
        await world.HealthWaits.WaitAsync();

        // Going back takes 90 s, as the activation did.
        world.Time.Advance(TimeSpan.FromSeconds(149));
        Assert.Equal(TargetProgress.Activating, world.Record.Progress);
        world.HealthComes = Task.CompletedTask;
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await advancing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((TargetProgress.RolledBack, ReasonCodes.PreflightDeadlineMissed), (world.Record.Progress, world.Record.Failure?.Reason));
        Assert.Equal(1, world.Record.LastGood!.Summary.Sequence);
        Assert.True(world.Time.GetUtcNow() < deadline);
        Assert.Contains(world.Acknowledged, entry => entry is { Event: AcknowledgementEvent.RolledBack });
    }

    [Fact]
    public async Task An_agent_that_was_killed_half_way_goes_back_after_its_next_start_where_it_is_late()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var deadline = world.Time.GetUtcNow().AddMinutes(4);
        world.Limit = new ActivationLimit(deadline, deadline, "ann");
        world.Publish(2, world.Second);
        world.HealthComes = new TaskCompletionSource().Task;
        await site.PollAsync(default);
        using var killed = new CancellationTokenSource();
        var advancing = site.AdvanceAsync(killed.Token);
        await world.HealthWaits.WaitAsync();
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        world.HealthComes = Task.CompletedTask;
        world.Time.Advance(TimeSpan.FromSeconds(200));

        await world.Start().AdvanceAsync(default);

        Assert.Equal((TargetProgress.RolledBack, 1L), (world.Record.Progress, world.Record.LastGood!.Summary.Sequence));
    }

    [Fact]
    public async Task A_change_that_somebody_holds_half_way_is_left_to_that_person()
    {
        using var world = await LiveWorld.CreateAsync();
        var site = await StartHealthyAsync(world);
        var deadline = world.Time.GetUtcNow().AddMinutes(4);
        world.Limit = new ActivationLimit(deadline, deadline, "ann");
        world.Publish(2, world.Second);
        world.HealthComes = new TaskCompletionSource().Task;
        await site.PollAsync(default);
        var advancing = site.AdvanceAsync(default);
        await world.HealthWaits.WaitAsync();
        world.Hold = new Hold("bob", "inventory", world.Time.GetUtcNow(), null);
        await advancing.WaitAsync(TimeSpan.FromSeconds(30));

        world.Time.Advance(TimeSpan.FromSeconds(200));
        await site.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Activating, ReasonCodes.Held), (world.Record.Progress, world.Record.WaitingFor));
    }

    [Fact]
    public async Task The_first_release_has_nothing_to_go_back_to_and_goes_on()
    {
        using var world = await LiveWorld.CreateAsync();
        var deadline = world.Time.GetUtcNow().AddMinutes(6);
        world.Limit = new ActivationLimit(deadline, deadline, "ann");
        world.Publish(1);
        world.HealthComes = new TaskCompletionSource().Task;
        var site = world.Start();
        await site.PollAsync(default);
        var advancing = site.AdvanceAsync(default);
        await world.HealthWaits.WaitAsync();
        world.Time.Advance(TimeSpan.FromMinutes(4));

        Assert.False(advancing.IsCompleted);
        Assert.Equal(TargetProgress.Activating, world.Record.Progress);
    }

    private static async Task<TestChannel> StartHealthyAsync(LiveWorld world)
    {
        world.Publish(1);
        var site = world.Start();
        await site.PollAsync(default);
        await site.AdvanceAsync(default);
        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
        await world.HealthWaits.WaitAsync();
        world.Durations.Clear();
        world.Add("stable", new StageDuration(PipelineStage.Confirm, Took, world.Time.GetUtcNow()));
        return site;
    }
}
