using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Filters status changes worth sending. That the registry was polled again is not one: sent at each poll, it would cost a thin link more than the
/// poll itself.
/// </summary>
internal sealed class StatusDeduplicator
{
    private ChannelStatus? _last;

    /// <summary>Whether this differs from the last status. Safe to call from any thread.</summary>
    public bool IsNew(ChannelStatus status)
    {
        var comparable = status with { LastSeen = null, NextTry = null };
        return Interlocked.Exchange(ref _last, comparable) != comparable;
    }
}
