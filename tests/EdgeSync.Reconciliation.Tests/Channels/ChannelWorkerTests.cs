using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Channels;

/// <summary>When the worker makes its next pass.</summary>
public sealed class ChannelWorkerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

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
            if (world.Time.NextDue - world.Time.GetUtcNow() is { } pause)
            {
                world.Time.Advance(pause);
            }

            await Task.Yield();
        }

        Assert.InRange(world.Time.GetUtcNow(), start, start + TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }
}
