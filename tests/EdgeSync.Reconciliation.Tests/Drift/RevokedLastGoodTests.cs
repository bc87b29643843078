using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>A release fails, and the bundle that ran before is revoked: nothing may bring it back.</summary>
public sealed class RevokedLastGoodTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        Assert.Equal([1L], _world.Applied);
        _world.Applied.Clear();
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AdvanceAsync_ReleaseFails_StaysAndReportsWhyToHq()
    {
        RevokeRunning();

        var channel = await FailAsync();

        Assert.Equal([2L], _world.Applied);
        Assert.Equal((TargetProgress.Failed, null, null), (_world.Record.Progress, _world.Record.LastGood, _world.Record.Fingerprint));
        var status = ChannelStatusBuilder.Of(channel.Record, null, null, null);
        Assert.Equal((ChannelState.Failed, TrustReasons.LastGoodRevoked, null), (status.State, status.Reason, status.Running));
        Assert.Equal(
            "cannot become healthy: Deployment shop/web: CrashLoopBackOff; and what ran before is not gone back to: the bundle was revoked: stolen", status.Message);
        Assert.NotNull(status.Hint);
        var said = _world.Acknowledged.TakeLast(2).ToList();
        Assert.All(said, entry => Assert.Equal(AcknowledgementEvent.Failed, entry.Event));
        Assert.Equal([(2L, ReasonCodes.HealthFailed), (1L, TrustReasons.LastGoodRevoked)], said.Select(entry => (entry.Release!.Sequence, entry.Reason!)));
        Assert.DoesNotContain(AcknowledgementEvent.RolledBack, _world.Acknowledged.Select(entry => entry.Event));
    }

    [Fact]
    public async Task AdvanceAsync_NotRevoked_RollsBack()
    {
        _world.Revoked[Digest.Of("another"u8)] = "stolen";

        await FailAsync();

        Assert.Equal([2L, 1L], _world.Applied);
        Assert.Equal(TargetProgress.RolledBack, _world.Record.Progress);
    }

    [Fact]
    public async Task AdvanceAsync_RevokedWhileGoingBack_StaysAndTellsHqOnce()
    {
        await FailAsync();
        _world.Commit(_world.Record with { Progress = TargetProgress.RollingBack });
        _world.Applied.Clear();
        _world.Acknowledged.Clear();
        RevokeRunning();

        await _world.Start().AdvanceAsync(default);
        await _world.Start().AdvanceAsync(default);

        Assert.Empty(_world.Applied);
        Assert.Equal((TargetProgress.Failed, null, TrustReasons.LastGoodRevoked), (_world.Record.Progress, _world.Record.LastGood, _world.Record.Failure?.Reason));
        Assert.Equal([TrustReasons.LastGoodRevoked], _world.Acknowledged.Select(entry => entry.Reason));
    }

    // Drift repair could bring it back too, and so could a restart.
    [Fact]
    public async Task Worker_AfterTheFailure_NeverWritesTheRevokedOneAndTakesTheNextRelease()
    {
        RevokeRunning();
        await FailAsync();
        _world.Applied.Clear();
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        Assert.Equal(ChannelState.Failed, (await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound)).State);
        Assert.Empty(_world.Applied);

        _world.IsHealthy = true;
        _world.Publish(3, _world.Third);
        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        Assert.Equal((ChannelState.Healthy, 3L, null), (status.State, status.Running?.Sequence, status.Reason));
        Assert.DoesNotContain(1L, _world.Applied);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    // A newer release ends the wait for health, and is refused itself: half of release 2 is live, and it must not become release 1 again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetLiveAsync_SupersededHalfWay_DoesNotBringTheRevokedOneBack(bool isRevokedAfterwards)
    {
        if (!isRevokedAfterwards)
        {
            RevokeRunning();
        }

        var channel = _world.Start();
        _world.Publish(2, _world.Second);
        await channel.PollAsync(default);
        _world.HealthComes = new TaskCompletionSource().Task;
        while (await _world.HealthWaits.WaitAsync(TimeSpan.Zero))
        {
        }

        var advancing = channel.AdvanceAsync(default);
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        _world.Publish(3, _world.Third);
        _world.IsBundleTrusted = false;
        while (!advancing.IsCompleted)
        {
            _world.Time.Advance(TimeSpan.FromDays(1));
            await Task.Yield();
        }

        await Assert.ThrowsAnyAsync<Exception>(() => advancing.WaitAsync(Bound));
        _world.IsBundleTrusted = true;
        RevokeRunning();
        Assert.Equal((3L, TargetProgress.Received), (_world.Record.Target!.Summary.Sequence, _world.Record.Progress));

        Assert.Null(await channel.GetLiveAsync(default));

        Assert.Null(_world.Record.LastGood);
        Assert.Single(_world.Acknowledged, entry => entry.Reason == TrustReasons.LastGoodRevoked);
        Assert.DoesNotContain(1L, _world.Applied);
    }

    [Fact]
    public async Task GetLiveAsync_RevokedAndNothingElseBegun_RunsOnAndIsRepaired()
    {
        RevokeRunning();
        var channel = _world.Start();
        _world.HasDrifted = true;

        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);

        Assert.Equal([1L], _world.Applied);
        Assert.NotNull(_world.Record.LastGood);
        Assert.Contains(AcknowledgementEvent.Repaired, _world.Acknowledged.Select(entry => entry.Event));
    }

    private void RevokeRunning()
    {
        if (_world.Record.LastGood is { } good)
        {
            _world.Revoked[good.Summary.Digest] = "stolen";
        }
    }

    private async Task<TestChannel> FailAsync()
    {
        var channel = _world.Start();
        _world.Publish(2, _world.Second);
        _world.IsHealthy = false;
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);
        return channel;
    }
}
