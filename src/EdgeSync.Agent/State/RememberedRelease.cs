using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.State;

/// <summary>The newest release of one channel, as the second copy keeps it.</summary>
internal sealed record RememberedRelease(long Sequence, Digest Payload, int Epoch = 0, DateTimeOffset? ExpiresAt = null)
{
    public SeenRelease Seen => new(Sequence, Payload, Epoch);

    public static RememberedRelease? Of(ChannelRecord record) => record.HighestSeen is { } seen
        ? new RememberedRelease(seen.Sequence, seen.Payload, seen.Epoch, record.NewestExpires)
        : null;
}
