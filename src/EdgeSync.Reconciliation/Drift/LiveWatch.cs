using System.Diagnostics.CodeAnalysis;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>The watch of what is live on a channel: one at a time, or none. A process that makes one pass and ends watches nothing.</summary>
internal sealed class LiveWatch(ICluster cluster, WakeSignal wake, bool isOnePass, ILogger logger) : IAsyncDisposable
{
    private DriftWatch? _watch;

    /// <summary>Whether changes by others are noticed without a comparison once <see cref="BeginAsync"/> was called.</summary>
    public bool IsPossible => !isOnePass;

    /// <summary>Watches this bundle, if that is not so already.</summary>
    public async Task BeginAsync(LiveBundle live)
    {
        if (!isOnePass && (_watch is not { HasEnded: false } || _watch.Bundle.Summary != live.Summary))
        {
            await EndAsync();
            _watch = new DriftWatch(live, cluster, wake, logger);
        }
    }

    /// <summary>Ends the watch, if there is one.</summary>
    public async Task EndAsync()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            await watch.DisposeAsync();
        }
    }

    /// <summary>Takes the next notice.</summary>
    public bool TryTake([NotNullWhen(true)] out DriftNotice? notice)
    {
        notice = null;
        return _watch?.TryTake(out notice) == true;
    }

    /// <summary>Waits until there is a notice to take; for ever where nothing is watched.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        _watch?.WaitAsync(cancellationToken) ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    public async ValueTask DisposeAsync() => await EndAsync();
}
