using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>When the hooks of a release run, how often, and what becomes of the release where one of them fails.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private const string Pre = "edgesync.dev/hook: pre-activate";
    private const string Post = "edgesync.dev/hook: post-activate";
    private const string Undo = "edgesync.dev/hook: on-rollback";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource<HealthOutcome?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        _world.Acknowledged.Clear();
        _world.Steps.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Hooks_run_before_and_after_everything_else_in_the_order_of_their_weights()
    {
        var channel = await PublishAsync(
            ("second", Pre), ("first", Pre + ", edgesync.dev/hook-weight: '-5'"), ("warm-up", Post), ("undo", Undo));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(
            ["write 2: hooks (1)", "start pre-activate first", "start pre-activate second", "write 2: shop (1)", "start post-activate warm-up"], _world.Steps);
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Check_of_a_preflight_takes_no_part_in_an_activation()
    {
        var channel = await PublishAsync(("verify", "edgesync.dev/hook: preflight"));
        _world.HookRefused = () => new KubernetesApiException(ApiReasons.ObjectInvalid, "the Job is refused");

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(["write 2: shop (1)"], _world.Steps);
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Hook_that_fails_before_the_activation_leaves_all_else_unwritten_and_the_site_on_last_good()
    {
        var channel = await PublishAsync(("migrate", Pre), ("warm-up", Post));
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([Health(job, "the job failed: it reached its limit")], "hook"));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(["write 2: hooks (1)", "start pre-activate migrate", "stop migrate", "write 1: shop (1)"], _world.Steps);
        Assert.Equal((TargetProgress.RolledBack, 1L), (channel.Record.Progress, channel.Record.LastGood!.Summary.Sequence));
        var failed = _world.Acknowledged.Single(entry => entry.Event == AcknowledgementEvent.Failed);
        Assert.Equal(
            (ReasonCodes.HookFailed, "the pre-activate hook Job default/migrate failed: the job failed: it reached its limit"), (failed.Reason, failed.Message));
        Assert.Equal(["event of Job default/migrate, try 1: BackOff"], failed.Details);
        var status = ChannelStatusBuilder.LastKnown(channel.Record);
        Assert.Equal(ChannelState.RolledBack, status.State);
        Assert.EndsWith("; a rollback does not undo Job default/migrate (started)", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_that_takes_too_long_is_stopped()
    {
        var channel = await PublishAsync(("migrate", Pre + ", edgesync.dev/hook-timeout: 90s"));
        _world.HealthLooks.Clear();
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.TimedOut([Health(job, "the job runs (0 of 1 done)")], "hook"));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TimeSpan.FromSeconds(90), _world.HealthLooks.First());
        Assert.Contains("stop migrate", _world.Steps);
        Assert.Equal(
            (ReasonCodes.HookDeadlineExceeded, "the pre-activate hook Job default/migrate did not end within 90 s and was stopped: the job runs (0 of 1 done)"),
            (channel.Record.Failure!.Reason, channel.Record.Failure.Message));
    }

    [Fact]
    public async Task Hook_that_vanishes_has_failed()
    {
        var channel = await PublishAsync(("migrate", Pre));
        _world.HookProblem = "it was deleted before anybody saw it end";

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal("the pre-activate hook Job default/migrate failed: it was deleted before anybody saw it end", channel.Record.Failure!.Message);
    }

    [Fact]
    public async Task Hook_that_fails_after_the_activation_rolls_it_back()
    {
        var channel = await PublishAsync(("smoke", Post));
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([Health(job, "the job failed")], "hook"));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(["write 2: shop (1)", "start post-activate smoke", "stop smoke", "write 1: shop (1)"], _world.Steps);
        Assert.DoesNotContain(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Healthy);
        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
    }

    [Fact]
    public async Task Failed_bundle_is_undone_before_last_good_is_written_back()
    {
        var channel = await PublishAsync(("migrate", Pre), ("undo", Undo));
        _world.IsHealthy = false;

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(
            ["write 2: hooks (1)", "start pre-activate migrate", "write 2: shop (1)", "write 2: hooks (1)", "start on-rollback undo", "write 1: shop (1)"], _world.Steps);
        Assert.Contains("does not undo Job default/migrate (started); its on-rollback hooks ran", channel.Record.Failure!.AfterRollback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_of_the_undoing_is_reported_and_stops_no_rollback()
    {
        var channel = await PublishAsync(("undo", Undo));
        _world.IsHealthy = false;
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([Health(job, "the job failed")], "hook"));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        var rolledBack = _world.Acknowledged.First(entry => entry.Event == AcknowledgementEvent.RolledBack);
        Assert.Contains("the on-rollback hook Job default/undo failed: the job failed", rolledBack.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undoing_waits_for_a_cluster_that_does_not_answer()
    {
        var channel = await PublishAsync(("undo", Undo));
        _world.IsHealthy = false;
        _world.HookRefused = () => new KubernetesApiException(ApiReasons.ClusterUnreachable, "no API server") { Disposition = Disposition.Transient };

        var advancing = channel.AdvanceAsync(default);
        await WhileTimePassesAsync(advancing);
        await Assert.ThrowsAsync<ReconciliationException>(() => advancing);
        Assert.Equal((TargetProgress.RollingBack, true), (channel.Record.Progress, channel.Record.IsUndoDue));

        _world.HookRefused = () => null;
        await channel.AdvanceAsync(default).WaitAsync(Bound);
        Assert.Contains("start on-rollback undo", _world.Steps);
    }

    [Fact]
    public async Task Hooks_that_ended_do_not_run_again_after_a_restart_and_one_that_runs_is_found_again()
    {
        var channel = await PublishAsync(("prepare", Pre), ("migrate", Pre));
        _world.HookEnds = job => job == "migrate" ? _end.Task : Task.FromResult<HealthOutcome?>(null);
        using var killed = new CancellationTokenSource();
        var advancing = channel.AdvanceAsync(killed.Token);
        await UntilAsync("start pre-activate migrate");
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);

        _end.SetResult(null);
        var restarted = _world.Start();
        await restarted.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(["start pre-activate prepare", "start pre-activate migrate", "find pre-activate migrate"], _world.Steps.Where(step => !step.StartsWith("write", StringComparison.Ordinal)));
        Assert.Equal(TargetProgress.Complete, restarted.Record.Progress);
    }

    [Fact]
    public async Task Hooks_run_neither_for_a_repair_nor_for_another_release_of_the_same_bundle()
    {
        var channel = await PublishAsync(("migrate", Pre), ("warm-up", Post));
        await channel.AdvanceAsync(default).WaitAsync(Bound);
        _world.Steps.Clear();

        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);
        _world.Publish(3, channel.Record.LastGood!.Summary.Digest);
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Complete, 3L), (channel.Record.Progress, channel.Record.LastGood!.Summary.Sequence));
        Assert.DoesNotContain(_world.Steps, step => step.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hooks_run_again_where_the_cluster_is_another_one()
    {
        await PublishAsync(("migrate", Pre), ("warm-up", Post), ("undo", Undo));
        await _world.PassOnceAsync();
        await _world.PassOnceAsync();
        Replace();

        await _world.PassOnceAsync();
        var record = _world.Record;
        await _world.PassOnceAsync();

        Assert.Equal(
            ["write 2: hooks (1)", "start pre-activate migrate", "write 2: shop (1)", "start post-activate warm-up", "write 2: shop (1)"], _world.Steps);
        Assert.Equal(("second", (string?)null), (record.Cluster, record.RebuildAttempt));
    }

    [Fact]
    public async Task Hook_that_fails_in_another_cluster_leaves_the_rest_unwritten_and_is_tried_again()
    {
        await PublishAsync(("migrate", Pre));
        await _world.PassOnceAsync();
        await _world.PassOnceAsync();
        Replace();
        _world.HookEnds = job =>
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([Health(job, "the job failed")], "hook"));
        };

        var status = await _world.PassOnceAsync();

        Assert.Equal((ChannelState.Degraded, ReasonCodes.HookFailed), (status.State, status.Reason));
        Assert.Equal(["write 2: hooks (1)", "start pre-activate migrate", "stop migrate"], _world.Steps.Distinct());
        _world.Steps.Clear();
        _world.HookEnds = _ => Task.FromResult<HealthOutcome?>(null);
        Assert.Equal(ChannelState.Healthy, (await _world.PassOnceAsync()).State);
        Assert.Equal(["write 2: hooks (1)", "start pre-activate migrate", "write 2: shop (1)"], _world.Steps.Take(3));
    }

    [Fact]
    public async Task Undoing_waits_where_a_person_has_to_allow_another_cluster()
    {
        _world.IsRebuiltByHand = true;
        var healthy = new TaskCompletionSource();
        var channel = await PublishAsync(("undo", Undo));
        _world.IsHealthy = false;
        _world.HealthComes = healthy.Task;
        while (_world.HealthWaits.CurrentCount > 0)
        {
            await _world.HealthWaits.WaitAsync();
        }

        var advancing = channel.AdvanceAsync(default);
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        _world.Cluster = "second";
        healthy.SetResult();

        var failure = await Assert.ThrowsAnyAsync<EdgeSyncException>(() => advancing.WaitAsync(Bound));
        Assert.Equal((ReasonCodes.ClusterReplaced, TargetProgress.RollingBack), (failure.Reason, channel.Record.Progress));
        Assert.DoesNotContain("start on-rollback undo", _world.Steps);
    }

    [Fact]
    public async Task Rollback_to_a_bundle_does_not_run_its_hooks()
    {
        var channel = await PublishAsync(("migrate", Pre), ("warm-up", Post));
        await channel.AdvanceAsync(default).WaitAsync(Bound);
        _world.Steps.Clear();
        _world.Publish(3, _world.Second);
        await channel.PollAsync(default);
        _world.IsHealthy = false;

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal(["write 3: shop (1)", "write 2: shop (1)"], _world.Steps);
    }

    [Fact]
    public async Task Newer_release_and_hold_do_not_interrupt_a_hook()
    {
        var channel = await PublishAsync(("migrate", Pre));
        _world.HookEnds = _ => _end.Task;
        var advancing = channel.AdvanceAsync(default);
        await UntilAsync("start pre-activate migrate");

        _world.Publish(3, _world.Second);
        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        _world.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.False(advancing.IsCompleted);
        Assert.Equal(2, channel.Record.Target!.Summary.Sequence);

        _world.Hold = null;
        _end.SetResult(null);
        await advancing.WaitAsync(Bound);
        Assert.Equal(2, channel.Record.LastGood!.Summary.Sequence);
    }

    [Fact]
    public async Task Hook_that_the_site_does_not_let_run_makes_the_release_wait()
    {
        var channel = await PublishAsync(("migrate", Pre));
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(
            new HealthOutcome.TimedOut([Health(job, "its pods cannot be created") with { SiteReason = ApiReasons.QuotaExceeded }], "hook"));

        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.Equal((TargetProgress.Activating, ApiReasons.QuotaExceeded), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Empty(channel.Record.Quarantined);
        Assert.DoesNotContain("stop migrate", _world.Steps);
    }

    [Fact]
    public async Task New_try_after_a_rollback_is_another_attempt()
    {
        var channel = await PublishAsync(("migrate", Pre));
        _world.HookEnds = job => Task.FromResult<HealthOutcome?>(new HealthOutcome.Failed([Health(job, "the job failed")], "hook"));
        await channel.AdvanceAsync(default).WaitAsync(Bound);
        var first = channel.Record.Attempt;

        _world.HookEnds = _ => Task.FromResult<HealthOutcome?>(null);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        channel.Lift(channel.Record.Target!.Summary.Digest, "crew", _world.Time.GetUtcNow());
        await channel.AdvanceAsync(default).WaitAsync(Bound);

        Assert.NotEqual(first, channel.Record.Attempt);
        Assert.Equal(2, _world.Steps.Count(step => step == "start pre-activate migrate"));
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    private static ObjectHealth Health(string job, string message) => new(new ObjectId("batch/v1", "Job", "default", job), HealthState.Failed, message);

    private async Task<TestChannel> PublishAsync(params (string Name, string Hook)[] hooks)
    {
        _world.Publish(2, await _world.AddHooksAsync("2", hooks));
        var channel = _world.Start();
        await channel.PollAsync(default);
        return channel;
    }

    // The cluster was installed again.
    private void Replace()
    {
        _world.Steps.Clear();
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        _world.Cluster = "second";
    }

    private async Task WhileTimePassesAsync(Task work)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!work.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private async Task UntilAsync(string step)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!_world.Steps.Contains(step))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
