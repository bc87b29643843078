using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>Watches one live bundle in the background, and wakes the worker when something of it changes.</summary>
internal sealed partial class DriftWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeSignal _wake;
    private readonly ILogger _logger;
    private readonly Task _watching;
    private readonly ConcurrentQueue<DriftSign> _signs = new();

    public DriftWatch(StagedBundle bundle, ICluster cluster, WakeSignal wake, ILogger logger)
    {
        Bundle = bundle;
        _wake = wake;
        _logger = logger;
        _watching = WatchAsync(cluster);
    }

    public StagedBundle Bundle { get; }

    /// <summary>The next sign that was not taken yet.</summary>
    public bool TryTakeSign([NotNullWhen(true)] out DriftSign? sign) => _signs.TryDequeue(out sign);

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
            await foreach (var sign in cluster.WatchDriftAsync(Bundle, _stopping.Token))
            {
                LogObjectChanged(Bundle.Channel.Name, sign.Subject, sign.What, sign.Manager);
                _signs.Enqueue(sign);
                _wake.Set(look: false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped on purpose.
        }
        catch (EdgeSyncException failure)
        {
            LogWatchFailed(Bundle.Channel.Name, failure.Reason, failure.Message);
        }
    }

    [LoggerMessage(ReconciliationEventIds.ObjectChanged, LogLevel.Information, "Channel {Channel}: {Subject} is not as applied: {Action} by {Manager}")]
    private partial void LogObjectChanged(string channel, string subject, string action, string? manager);

    [LoggerMessage(ReconciliationEventIds.DriftWatchFailed, LogLevel.Error, "Channel {Channel}: cannot watch for drift, {Reason}: {Message}")]
    private partial void LogWatchFailed(string channel, string reason, string message);
}
