using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>A release failed, and after the rollback last-good is not healthy either: the agent checks it again and again until it is.</summary>
public sealed class UnhealthyLastGoodTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly Progress<PipelineProgress> Nobody = new();
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        // The channel polls so rarely that only what is tested here can wake the worker.
        _world = await LiveWorld.CreateAsync(every: TimeSpan.FromDays(300));
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AdvanceAsync_NeitherBecomesHealthy_IsDegradedAndReportsBoth()
    {
        var channel = await FailAsync();

        var status = ChannelStatusBuilder.Of(channel.Record, null, null, null);

        Assert.Equal(TargetProgress.RolledBack, channel.Record.Progress);
        Assert.Equal((ChannelState.Degraded, ReasonCodes.HealthFailed, 1L), (status.State, status.Reason, status.Running?.Sequence));
        Assert.Contains("; and last-good: cannot become healthy: Deployment shop/web", status.Message, StringComparison.Ordinal);
        Assert.Equal([AcknowledgementEvent.RolledBack, AcknowledgementEvent.Failed], Said().TakeLast(2));
    }

    [Fact]
    public async Task RecheckAsync_StillUnhealthy_ReportsNothingAndDoesNotWait()
    {
        var channel = await FailAsync();
        _world.Acknowledged.Clear();

        Assert.False(await channel.RecheckAsync((await channel.GetLiveAsync(default))!, default));

        Assert.Empty(_world.Acknowledged);
        AssertDoesNotWait(_world.HealthLooks.Last());
        Assert.NotNull(_world.Record.LastGoodFailure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecheckAsync_HealthyNow_IsAcknowledgedAndStaysRolledBack(bool isAfterRestart)
    {
        var channel = await FailAsync();
        _world.Acknowledged.Clear();
        _world.IsHealthy = true;

        if (isAfterRestart)
        {
            channel = _world.Start();
            await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);
        }
        else
        {
            Assert.True(await channel.RecheckAsync((await channel.GetLiveAsync(default))!, default));
        }

        var said = Assert.Single(_world.Acknowledged);
        Assert.Equal((AcknowledgementEvent.Healthy, 1L), (said.Event, said.Release?.Sequence));
        Assert.NotNull(said.Fingerprint);
        var status = ChannelStatusBuilder.Of(_world.Record, null, null, null);
        Assert.Equal(ChannelState.RolledBack, status.State);
        Assert.DoesNotContain("last-good", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdvanceAsync_NextReleaseBecomesHealthy_ForgetsTheFailureOfTheOneBefore()
    {
        var channel = await FailAsync();
        _world.IsHealthy = true;
        _world.Publish(3, _world.Third);

        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);

        Assert.Equal((TargetProgress.Complete, null), (_world.Record.Progress, _world.Record.LastGoodFailure));
    }

    [Fact]
    public async Task Worker_LastGoodRecoversByItself_SeesItWithoutARequestAndWithBackoff()
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(Nobody, default).WaitAsync(Bound);
        _world.Publish(2, _world.Second);
        _world.IsHealthy = false;
        Assert.Equal(ChannelState.Degraded, (await worker.PassAsync(Nobody, default).WaitAsync(Bound)).State);
        var looks = _world.HealthLooks.Count;

        // The clock does not move: however often somebody asks, the agent does not check health again.
        await worker.PassAsync(Nobody, default).WaitAsync(Bound);
        await worker.PassAsync(Nobody, default).WaitAsync(Bound);
        Assert.Equal(looks, _world.HealthLooks.Count);

        await AdvanceUntilAsync(() => _world.HealthLooks.Count > looks + 3);
        Assert.NotNull(_world.Record.LastGoodFailure);
        _world.IsHealthy = true;
        await AdvanceUntilAsync(() => _world.Record.LastGoodFailure is null);

        Assert.Equal(ChannelState.RolledBack, (await worker.PassAsync(Nobody, default).WaitAsync(Bound)).State);
        Assert.Equal(AcknowledgementEvent.Healthy, Said()[^1]);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Worker_RestartedMeanwhile_DoesNotWaitForHealthAndSeesItCome()
    {
        await FailAsync();
        _world.HealthLooks.Clear();
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        Assert.Equal(ChannelState.Degraded, (await worker.PassAsync(Nobody, default).WaitAsync(Bound)).State);
        await AdvanceUntilAsync(() => _world.HealthLooks.Count > 3);
        Assert.All(_world.HealthLooks, AssertDoesNotWait);
        _world.IsHealthy = true;
        await AdvanceUntilAsync(() => _world.Record.LastGoodFailure is null);

        Assert.Equal(ChannelState.RolledBack, (await worker.PassAsync(Nobody, default).WaitAsync(Bound)).State);
        Assert.Equal(AcknowledgementEvent.Healthy, Said()[^1]);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
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

    // The site's clock counts from the machine's timestamps, and may be off by one tick between two calls.
    private static void AssertDoesNotWait(TimeSpan atMost) => Assert.InRange(atMost, TimeSpan.FromMilliseconds(-1), TimeSpan.FromMilliseconds(1));

    private List<AcknowledgementEvent> Said() => [.. _world.Acknowledged.Select(entry => entry.Event)];

    // Advances from one timer of the worker to its next. Between two of its pauses only the far timer of the poll is left, which must not fire.
    private async Task AdvanceUntilAsync(Func<bool> isSo)
    {
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!isSo())
        {
            bound.Token.ThrowIfCancellationRequested();
            if (_world.Time.NextDue - _world.Time.GetUtcNow() is { } pause && pause <= LongestPause)
            {
                _world.Time.Advance(pause);
            }

            await Task.Yield();
        }
    }
}
