using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>When snapshots of volumes are made, what becomes of a release without them, and how a rollback uses them.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private LiveWorld _world = null!;

    // A first release with the claim is live.
    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.SnapshotBegins = () => new SnapshotState(SnapshotPhase.NotNeeded, "the claim does not exist yet");
        var first = await PublishAsync(1, await _world.AddSnapshotsAsync("1"));
        await first.AdvanceAsync(default).WaitAsync(Bound);
        Assert.Equal(TargetProgress.Complete, first.Record.Progress);
        _world.SnapshotBegins = () => new SnapshotState(SnapshotPhase.Pending, "the driver has not completed it yet");
        _world.Acknowledged.Clear();
        _world.Steps.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Snapshot_is_made_once_before_hooks_and_before_the_first_write()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", more: Hook));

        await AdvanceAsync(channel);

        Assert.Equal(["snapshot data", "write 2: hooks (1)", "start pre-activate migrate", "write 2: shop (2)"], _world.Steps.Where(step => !step.StartsWith("clean", StringComparison.Ordinal)));
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
        Assert.True(channel.Record.HasSnapshots);
        Assert.Null(_world.Acknowledged.Single(entry => entry.Event == AcknowledgementEvent.Healthy).Message);
    }

    [Fact]
    public async Task Restart_before_the_snapshot_can_be_used_makes_no_second_one()
    {
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Pending, "the driver has not completed it yet");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));
        using var killed = new CancellationTokenSource();
        var advancing = channel.AdvanceAsync(killed.Token);
        await UntilAsync(() => _world.Steps.Contains("snapshot data"));
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        Assert.Equal(TargetProgress.Staged, channel.Record.Progress);

        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Ready, "");
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        var restarted = _world.Start();
        await AdvanceAsync(restarted);

        Assert.Equal(TargetProgress.Complete, restarted.Record.Progress);
        Assert.Single(_world.Made);
        Assert.Contains("find snapshot data", _world.Steps);
    }

    [Fact]
    public async Task Snapshot_from_long_before_a_restart_is_not_used()
    {
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Pending, "the driver has not completed it yet");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", timeout: 60s"));
        using var killed = new CancellationTokenSource();
        var advancing = channel.AdvanceAsync(killed.Token);
        await UntilAsync(() => _world.Steps.Contains("snapshot data"));
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);

        _world.Time.Advance(TimeSpan.FromHours(3));
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Ready, "");
        await AdvanceAsync(_world.Start());

        Assert.Equal(2, _world.Made.Count);
    }

    [Fact]
    public async Task Restart_after_the_first_write_makes_no_other_snapshot()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));
        var health = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.HealthComes = health.Task;
        using var killed = new CancellationTokenSource();
        var advancing = channel.AdvanceAsync(killed.Token);
        await WhileTimePassesAsync(() => _world.Steps.Contains("write 2: shop (2)"));
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => advancing);
        _world.Made.Clear(); // somebody deletes it

        health.SetResult();
        var restarted = _world.Start();
        await AdvanceAsync(restarted);

        Assert.Equal(TargetProgress.Complete, restarted.Record.Progress);
        Assert.Single(_world.Steps, step => step == "snapshot data");
    }

    [Theory]
    [InlineData(SnapshotPhase.Pending, "60s", "it could not be used within 60 s: too slow")]
    [InlineData(SnapshotPhase.Failing, "3h", "its driver reports: too slow")]
    public async Task Snapshot_that_does_not_come_makes_the_release_wait_and_what_runs_is_kept(SnapshotPhase phase, string timeout, string why)
    {
        _world.SnapshotBegins = _world.SnapshotIs = () => new SnapshotState(phase, "too slow");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", $", timeout: {timeout}"));

        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.SnapshotNotReady), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Equal($"nothing is changed without a snapshot of PersistentVolumeClaim default/data: {why}", channel.Record.Failure!.Message);
        Assert.Empty(channel.Record.Quarantined);
        Assert.False(channel.Record.IsChanging);
        Assert.DoesNotContain(_world.Steps, step => step.StartsWith("write", StringComparison.Ordinal));

        // The next try makes another one: what was taken before is old by then.
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Ready, "");
        _world.Time.Advance(TimeSpan.FromMinutes(6));
        await AdvanceAsync(channel);
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
        Assert.Equal(2, _world.Made.Count);
        Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Waiting);
    }

    [Fact]
    public async Task Error_of_a_driver_that_is_gone_with_its_next_try_does_not_count()
    {
        var looks = 0;
        _world.SnapshotIs = () => ++looks < 5 ? new SnapshotState(SnapshotPhase.Failing, "the object has been modified") : new SnapshotState(SnapshotPhase.Ready, "");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));

        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
        Assert.Single(_world.Made);
    }

    [Fact]
    public async Task Cluster_that_cannot_make_snapshots_makes_the_release_wait_until_it_can()
    {
        _world.SnapshotBegins = () => new SnapshotState(SnapshotPhase.Unavailable, "the cluster does not know the kind VolumeSnapshot");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));
        await AdvanceAsync(channel);
        Assert.Equal((TargetProgress.Staged, ReasonCodes.SnapshotUnavailable), (channel.Record.Progress, channel.Record.WaitingFor));

        _world.SnapshotBegins = () => new SnapshotState(SnapshotPhase.Pending, "");
        for (var checks = 0; checks < 3 && channel.Record.Progress != TargetProgress.Complete; checks++)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(6)); // as soon as the cheap check is due
            await AdvanceAsync(channel);
        }

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Snapshot_that_is_not_required_and_cannot_be_made_is_named_in_the_acknowledgement()
    {
        _world.SnapshotBegins = () => new SnapshotState(SnapshotPhase.Unavailable, "the cluster does not know the kind VolumeSnapshot");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", required: false"));

        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
        Assert.Equal(
            "no snapshot of PersistentVolumeClaim default/data was made before: the cluster does not know the kind VolumeSnapshot",
            _world.Acknowledged.Single(entry => entry.Event == AcknowledgementEvent.Healthy).Message);
    }

    [Fact]
    public async Task Refusal_of_the_snapshot_by_the_cluster_is_no_failure_of_the_bundle()
    {
        _world.SnapshotBegins = () => throw new KubernetesApiException(ApiReasons.AdmissionDenied, "a policy denies it") { Disposition = Disposition.Stalled };
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));

        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Staged, ReasonCodes.SnapshotUnavailable), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Empty(channel.Record.Quarantined);
    }

    [Fact]
    public async Task Hold_and_newer_release_end_the_wait_for_a_snapshot()
    {
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Pending, "");
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));
        var advancing = channel.AdvanceAsync(default);
        await UntilAsync(() => _world.Steps.Contains("snapshot data"));

        _world.Hold = new Hold("crew", "in flight", _world.Time.GetUtcNow(), null);
        await advancing.WaitAsync(Bound);
        Assert.Equal((TargetProgress.Staged, ReasonCodes.Held), (channel.Record.Progress, channel.Record.WaitingFor));
        Assert.Null(channel.Record.SnapshotTry);

        _world.Hold = null;
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        advancing = channel.AdvanceAsync(default);
        await UntilAsync(() => _world.Steps.Count(step => step == "snapshot data") == 2);
        _world.SnapshotIs = () => new SnapshotState(SnapshotPhase.Ready, "");
        await WhileTimePassesAsync(() => advancing.IsCompleted);
        Assert.Equal(TargetProgress.Complete, channel.Record.Progress);
    }

    [Fact]
    public async Task Release_that_changes_nothing_needs_no_snapshot()
    {
        var channel = await PublishAsync(2, _world.Record.LastGood!.Summary.Digest);

        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.Complete, 2L), (channel.Record.Progress, channel.Record.LastGood!.Summary.Sequence));
        Assert.Empty(_world.Made);
    }

    [Fact]
    public async Task Bundle_that_the_cluster_refuses_gets_no_snapshot_and_restores_nothing()
    {
        _world.TrialRefused = () => new KubernetesApiException(ApiReasons.ObjectInvalid, "spec.replicas: must not be negative") { Disposition = Disposition.Stalled };
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", restore: true"));
        await AdvanceAsync(channel);

        Assert.Equal((TargetProgress.RolledBack, ReasonCodes.ApplyRejected), (channel.Record.Progress, channel.Record.Failure!.Reason));
        Assert.Empty(_world.Made);
        Assert.DoesNotContain(_world.Steps, step => step.StartsWith("restore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rollback_without_restore_names_the_snapshot()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2"));
        _world.IsHealthy = false;

        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        var rolledBack = _world.Acknowledged.First(entry => entry.Event == AcknowledgementEvent.RolledBack);
        Assert.Contains($"; the VolumeSnapshot {Assert.Single(_world.Made).Key} has what PersistentVolumeClaim default/data held at 2026-11-21 02:", rolledBack.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_world.Steps, step => step.StartsWith("restore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rollback_with_restore_restores_after_the_hooks_and_before_last_good_is_written()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", restore: true", Undo));
        _world.IsHealthy = false;

        await AdvanceAsync(channel);

        Assert.Equal(
            ["snapshot data", "write 2: shop (2)", "write 2: hooks (1)", "start on-rollback undo", "restore PersistentVolumeClaim default/data", "write 1: shop (2)"],
            _world.Steps.Where(step => !step.StartsWith("clean", StringComparison.Ordinal)));
        var rolledBack = _world.Acknowledged.First(entry => entry.Event == AcknowledgementEvent.RolledBack);
        Assert.Contains(
            $"; PersistentVolumeClaim default/data has its content at 2026-11-21 02:00:00Z back from the VolumeSnapshot {Assert.Single(_world.Made).Key}, and PersistentVolume pvc-1 keeps what the failed release wrote",
            rolledBack.Message, StringComparison.Ordinal);
        Assert.Equal(rolledBack.Message, ChannelStatusBuilder.LastKnown(channel.Record).Message);
        Assert.DoesNotContain(channel.Record.Snapshots!, note => note.Restore);
    }

    [Fact]
    public async Task Restore_that_cannot_go_on_keeps_last_good_from_being_written_and_goes_on_after_a_restart()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", restore: true"));
        _world.IsHealthy = false;
        var restored = _world.ClaimRestored;
        _world.ClaimRestored = (_, _) => throw new KubernetesApiException(ApiReasons.ClusterUnreachable, "no API server") { Disposition = Disposition.Transient };

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => AdvanceAsync(channel));
        Assert.Equal("cannot restore volumes from their snapshots yet: no API server", failure.Message);
        Assert.Equal(TargetProgress.RollingBack, channel.Record.Progress);
        Assert.DoesNotContain("write 1: shop (2)", _world.Steps);

        _world.ClaimRestored = restored;
        var restarted = _world.Start();
        await AdvanceAsync(restarted);
        Assert.Equal(TargetProgress.RolledBack, restarted.Record.Progress);
        Assert.Contains("write 1: shop (2)", _world.Steps);
    }

    [Fact]
    public async Task Restore_that_is_refused_is_said_and_stops_no_rollback()
    {
        var channel = await PublishAsync(2, await _world.AddSnapshotsAsync("2", ", restore: true"));
        _world.IsHealthy = false;
        _world.ClaimRestored = (claim, snapshot) => new ClaimRestore(claim, snapshot) { Obstacle = "Pod default/other uses it" };

        await AdvanceAsync(channel);

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        Assert.Contains("PersistentVolumeClaim default/data was not restored from the VolumeSnapshot data-", channel.Record.Failure!.AfterRollback, StringComparison.Ordinal);
        Assert.EndsWith(": Pod default/other uses it", channel.Record.Failure.AfterRollback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_that_last_good_does_not_make_is_not_restored()
    {
        await AdvanceAsync(await PublishAsync(2, _world.Third)); // has no claim
        var channel = await PublishAsync(3, await _world.AddSnapshotsAsync("3", ", restore: true"));
        _world.IsHealthy = false;

        await AdvanceAsync(channel);

        Assert.DoesNotContain(_world.Steps, step => step.StartsWith("restore", StringComparison.Ordinal));
        Assert.EndsWith(": last-good does not make this claim", channel.Record.Failure!.AfterRollback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_snapshots_are_deleted_when_a_release_is_healthy_and_before_others_are_made()
    {
        await AdvanceAsync(await PublishAsync(2, await _world.AddSnapshotsAsync("2")));
        Assert.Equal("clean, keep 0 and 0 attempts", _world.Steps.Last());

        _world.Steps.Clear();
        _world.IsHealthy = false;
        await AdvanceAsync(await PublishAsync(3, await _world.AddSnapshotsAsync("3")));
        Assert.Equal(["clean, keep 1 and 2 attempts", "snapshot data", "write 3: shop (2)", "write 2: shop (2)"], _world.Steps);

        // What a person may still want of the failed release stays while the next one begins.
        _world.Steps.Clear();
        _world.IsHealthy = true;
        await AdvanceAsync(await PublishAsync(4, await _world.AddSnapshotsAsync("4")));
        Assert.Equal(["clean, keep 1 and 2 attempts", "snapshot data", "write 4: shop (2)", "clean, keep 0 and 0 attempts"], _world.Steps);
    }

    private const string Hook = """
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate, annotations: {edgesync.dev/hook: pre-activate} }
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "r.example/migrate:1", envFrom: [{configMapRef: {name: motto} }]}] } } }
        """;

    private static readonly string Undo = Hook.Replace("migrate", "undo", StringComparison.Ordinal).Replace("pre-activate", "on-rollback", StringComparison.Ordinal);

    private async Task<TestChannel> PublishAsync(long sequence, Primitives.Digest bundle)
    {
        _world.Publish(sequence, bundle);
        var channel = _world.Start();
        await channel.PollAsync(default);
        return channel;
    }

    private async Task AdvanceAsync(TestChannel channel)
    {
        var advancing = channel.AdvanceAsync(default);
        await WhileTimePassesAsync(() => advancing.IsCompleted);
        await advancing;
    }

    // Only as far as something waits for: a test that outruns the agent would see its time limits pass.
    private async Task WhileTimePassesAsync(Func<bool> until)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!until())
        {
            limit.Token.ThrowIfCancellationRequested();
            if (_world.Time.NextDue - _world.Time.GetUtcNow() is { } left && left <= TimeSpan.FromMinutes(1))
            {
                var looks = _world.SnapshotLooks;
                _world.Time.Advance(left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1));
                for (var i = 0; i < 500 && looks == _world.SnapshotLooks && !until(); i++)
                {
                    await Task.Yield();
                }
            }

            await Task.Yield();
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Bound);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
