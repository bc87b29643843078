using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Channels;

// What goes on beside the wait for health: looking for something newer, and bringing back content that the pods miss.
internal sealed partial class ChannelReconciler
{
    private static readonly TimeSpan ContentPause = TimeSpan.FromSeconds(5);

    /// <summary>Doubts about the content of what is live or on its way.</summary>
    public ContentDoubt Doubt { get; } = new();

    // A release that cannot become healthy must not keep its successor waiting: look on while waiting for health.
    private async Task<bool> WaitForNewerAsync(ReleaseCopy target, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PauseAsync(_channel.Every, target, cancellationToken);
            try
            {
                if (await LookAsync(cancellationToken))
                {
                    return true;
                }
            }
            catch (EdgeSyncException failure)
            {
                LogLookFailed(_channel.Name, failure.Reason, failure.Message);
            }
        }
    }

    // What is gone back to, or repaired, waits for nothing newer.
    private async Task<bool> WatchContentAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        await PauseAsync(Timeout.InfiniteTimeSpan, good, cancellationToken);
        return false;
    }

    // Pods that cannot pull do not become healthy: what the cache has lost must be back before the wait is over, not after it.
    private async Task PauseAsync(TimeSpan pause, ReleaseCopy copy, CancellationToken cancellationToken)
    {
        var over = Task.Delay(pause, _ports.Time, cancellationToken);
        while (await Task.WhenAny(over, Doubt.Raised) != over)
        {
            Doubt.Take();
            DoubtContent();
            try
            {
                await PrepareAsync(copy, cancellationToken);
            }
            catch (EdgeSyncException failure)
            {
                LogContentNotBack(_channel.Name, failure.Reason, failure.Message);
                await Task.Delay(ContentPause, _ports.Time, cancellationToken);
            }
        }

        await over;
    }
}
