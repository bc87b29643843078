using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>What the agent does while it waits for health: poll for a newer release, look for a hold, and fetch content that the pods miss.</summary>
internal sealed class ActivationWatch(ChannelSubscription channel, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <summary>Raised when somebody misses content.</summary>
    public RecheckSignal Recheck { get; } = new();

    /// <summary>
    /// Returns true when <paramref name="poll"/> finds a newer release, because one that cannot become healthy must not delay its successor; or when
    /// <paramref name="hold"/> does, because somebody holds changes. Runs <paramref name="fetchAgain"/> when content is missing.
    /// </summary>
    public async Task<bool> WaitForEndAsync(
        Func<CancellationToken, Task<bool>> poll, Func<CancellationToken, Task<bool>> hold, Func<CancellationToken, Task> fetchAgain, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool>[] ends = [WaitForNewerAsync(poll, fetchAgain, ending.Token), hold(ending.Token)];
        var first = await Task.WhenAny(ends);
        await ending.CancelAsync();
        await Task.WhenAll(ends).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return await first;
    }

    private async Task<bool> WaitForNewerAsync(
        Func<CancellationToken, Task<bool>> poll, Func<CancellationToken, Task> fetchAgain, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitAsync(channel.Every, fetchAgain, cancellationToken);
            try
            {
                if (await poll(cancellationToken))
                {
                    return true;
                }
            }
            catch (EdgeSyncException failure)
            {
                logger.LogPollFailed(channel.Name, failure.Reason, failure.Message);
            }
        }
    }

    /// <summary>Runs <paramref name="fetchAgain"/> when content is missing, until cancelled: a repair or a rollback waits for nothing newer.</summary>
    public async Task<bool> KeepContentAsync(Func<CancellationToken, Task> fetchAgain, CancellationToken cancellationToken)
    {
        await WaitAsync(Timeout.InfiniteTimeSpan, fetchAgain, cancellationToken);
        return false;
    }

    // Pods that cannot pull never become healthy: what the cache has lost must be back before the wait ends, not after it.
    private async Task WaitAsync(TimeSpan pause, Func<CancellationToken, Task> fetchAgain, CancellationToken cancellationToken)
    {
        var over = Task.Delay(pause, time, cancellationToken);
        while (await Task.WhenAny(over, Recheck.Raised) != over)
        {
            Recheck.Take();
            try
            {
                await fetchAgain(cancellationToken);
            }
            catch (EdgeSyncException failure)
            {
                logger.LogContentNotBack(channel.Name, failure.Reason, failure.Message);
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }

        await over;
    }
}
