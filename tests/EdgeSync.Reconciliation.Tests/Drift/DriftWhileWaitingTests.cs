using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>What runs is repaired while a release is fetched, waits or is refused.</summary>
public sealed class DriftWhileWaitingTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private LiveWorld _world = null!;

    [Theory]
    [InlineData("held", ChannelState.Waiting)]
    [InlineData("refused", ChannelState.Rejected)]
    public async Task RunAsync_DriftWhileAReleaseIsNotActivated_IsRepairedAgainAndAgainByOneWatch(string how, ChannelState state)
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await PassAsync(worker);
        (_world.Hold, _world.IsBundleTrusted) = how == "held" ? (new Hold("crew", "in flight", _world.Time.GetUtcNow(), null), true) : (null, false);
        _world.Publish(2, _world.Second);
        Assert.Equal(state, (await PassAsync(worker)).State);

        // No clock moves here: the notice itself must lead to the repair.
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));

        Assert.Equal(state, (await PassAsync(worker)).State);
        Assert.Equal(1, _world.Watches);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }

    [Fact]
    public async Task RunAsync_DriftWhileAReleaseIsFetched_IsRepairedBeforeTheFetchEnds()
    {
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await PassAsync(worker);
        var fetched = new TaskCompletionSource();
        _world.FetchCompletes = fetched.Task;
        _world.Publish(2, _world.Second);
        var passing = PassAsync(worker);
        Assert.True(await _world.FetchesBegun.WaitAsync(Bound));

        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));

        Assert.Equal((1L, false), (worker.Status.Running?.Sequence, passing.IsCompleted));
        fetched.SetResult();
        Assert.Equal((ChannelState.Healthy, 2L), ((await passing).State, worker.Status.Running?.Sequence));
        Assert.Equal([1L, 1L, 2L, 2L], _world.Applied.TakeLast(4));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }

    [Theory]
    [InlineData(false, new[] { 1L, 1L, 2L, 2L }, 2)] // Who changes an object while no watch is open is found by comparing.
    [InlineData(true, new[] { 1L, 2L }, 0)]
    public async Task RunAsync_Activations_WhatIsLiveIsComparedAgainAndWatchedUnlessTheProcessEnds(bool isOnePass, long[] applied, int watches)
    {
        _world.IsOnePass = isOnePass;
        await using var worker = _world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await PassAsync(worker);
        _world.Publish(2, _world.Second);
        await PassAsync(worker);

        Assert.Equal(applied, _world.Applied);
        Assert.Equal(watches, _world.Watches);
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

    private static Task<ChannelStatus> PassAsync(ChannelWorker worker) =>
        worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
}
