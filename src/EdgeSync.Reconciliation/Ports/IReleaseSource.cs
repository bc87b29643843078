using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Where release records come from: a tag in a registry's repository.</summary>
public interface IReleaseSource
{
    /// <summary>
    /// Looks at the channel with one conditional request. <paramref name="known"/> is the digest seen last, or null. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry cannot be asked.
    /// </summary>
    Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken);

    /// <summary>
    /// A release that was found before, with what is kept beside it: with no network where the rule for its place is met by that. Never fails for want of a
    /// registry; it then has less beside it.
    /// </summary>
    Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken);
}
