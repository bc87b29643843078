using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Tells what is news of a channel. That the registry was asked once more is none: said at each poll, it would cost a thin link more than the
/// poll itself.
/// </summary>
internal sealed class StatusNews
{
    private ChannelStatus? _told;

    /// <summary>Whether this differs from what was taken last. Safe to call from any thread.</summary>
    public bool Take(ChannelStatus status)
    {
        var said = status with { LastSeen = null };
        return Interlocked.Exchange(ref _told, said) != said;
    }
}
