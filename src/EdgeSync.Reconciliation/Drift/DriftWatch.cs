using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>Watches one live bundle in the background, and wakes the worker when somebody changes an object of it.</summary>
internal sealed class DriftWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeSignal _wake;
    private readonly ILogger _logger;
    private readonly Task _watching;
    private readonly Channel<DriftNotice> _notices = Channel.CreateUnbounded<DriftNotice>();

    public DriftWatch(LiveBundle bundle, ICluster cluster, WakeSignal wake, ILogger logger)
    {
        Bundle = bundle;
        _wake = wake;
        _logger = logger;
        _watching = WatchAsync(cluster);
    }

    public LiveBundle Bundle { get; }

    /// <summary>Whether it could not begin, as while the API server is away: make another one.</summary>
    public bool HasEnded => _watching.IsCompleted;

    /// <summary>Takes the next notice.</summary>
    public bool TryTake([NotNullWhen(true)] out DriftNotice? notice) => _notices.Reader.TryRead(out notice);

    /// <summary>Waits until there is a notice to take.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _notices.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync(ICluster cluster)
    {
        try
        {
            await foreach (var notice in cluster.WatchDriftAsync(Bundle, _stopping.Token))
            {
                _logger.LogObjectChanged(Bundle.Channel.Name, notice.Id.ToString(), notice.Kind.ToString(), notice.Author ?? "somebody who is not named");
                _notices.Writer.TryWrite(notice);
                _wake.Set(poll: false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped on purpose.
        }
        catch (EdgeSyncException failure)
        {
            _logger.LogWatchFailed(Bundle.Channel.Name, failure.Reason, failure.Message);
        }
    }
}
