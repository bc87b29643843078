using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Where release records come from: a tag in a registry's repository.</summary>
public interface IReleaseSource
{
    /// <summary>
    /// Looks at the channel with one conditional request. <paramref name="known"/> is the digest seen last, or null. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry cannot be asked.
    /// </summary>
    Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken);
}
