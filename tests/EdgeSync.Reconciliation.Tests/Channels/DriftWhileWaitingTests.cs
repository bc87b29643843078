using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Channels;

/// <summary>A release that waits or was refused keeps nobody from looking after what runs.</summary>
public sealed class DriftWhileWaitingTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private LiveWorld _world = null!;

    [Theory]
    [InlineData("held", ChannelState.Waiting)]
    [InlineData("refused", ChannelState.Rejected)]
    public async Task RunAsync_DriftBehindAReleaseThatIsNotActivated_IsRepairedAgainAndAgainByOneWatch(string how, ChannelState state)
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await PassAsync(worker);
        (_world.Hold, _world.IsBundleTrusted) = how == "held" ? (new Hold("crew", "in flight", _world.Time.GetUtcNow(), null), true) : (null, false);
        _world.Publish(2, Digest.Of("second"u8));
        Assert.Equal(state, (await PassAsync(worker)).State);

        // No clock moves here: the sign itself must lead to the repair.
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));

        Assert.Equal(state, (await PassAsync(worker)).State);
        Assert.Equal(1, _world.Watches);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync();
        _world.Publish(1);
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    private static Task<ChannelStatus> PassAsync(Reconciliation.Channels.ChannelWorker worker) =>
        worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
}
