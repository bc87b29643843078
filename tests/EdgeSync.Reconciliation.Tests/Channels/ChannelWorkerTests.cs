using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Channels;

/// <summary>When the worker makes its next pass, and what its status says then.</summary>
public sealed class ChannelWorkerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task PassAsync_AFinalizerHoldsAPrunedObject_IsCompleteAndSaysSo()
    {
        using var world = await LiveWorld.CreateAsync();
        var held = new KubernetesApiException(ApiReasons.ClusterTimeout, "ConfigMap shop/old: it was deleted and is still there");
        world.Pruned = [new ObjectChange(new ObjectId("v1", "ConfigMap", "shop", "old"), ChangeAction.Terminating, held)];
        await using var worker = world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        world.Publish(1);

        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);

        Assert.Equal(TargetProgress.Complete, world.Record.Progress);
        Assert.Equal((ChannelState.Healthy, $"deleted and still there: {held.Message}"), (worker.Status.State, worker.Status.Message));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }

    [Fact]
    public async Task RunAsync_NoRegistryWhileAReleaseWaitsForItsStart_BeginsAtThatTime()
    {
        using var world = await LiveWorld.CreateAsync(every: TimeSpan.FromSeconds(1));
        await using var worker = world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        var start = world.Time.GetUtcNow() + TimeSpan.FromMinutes(20);
        world.Publish(1, notBefore: start);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        Assert.Equal(ChannelState.Waiting, worker.Status.State);

        // By then the worker polls only every few minutes.
        world.IsPollAnswered = false;
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (world.Record.Progress != TargetProgress.Complete)
        {
            bound.Token.ThrowIfCancellationRequested();

            // Not far beyond the start: the worker needs a moment of the machine's time, and the clock must not run away meanwhile.
            if (world.Time.NextDue is { } due && due <= start + Tolerance)
            {
                world.Time.Advance(due - world.Time.GetUtcNow());
            }

            await Task.Yield();
        }

        Assert.InRange(world.Time.GetUtcNow(), start, start + Tolerance);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }
}
