using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Whom the site trusts now. It may change while the agent runs; everything verified before is then verified again.</summary>
public interface ISiteTrust
{
    /// <summary>The policy as it is now.</summary>
    TrustPolicy Policy { get; }

    /// <summary>A different number after each change.</summary>
    long Generation { get; }

    /// <summary>Why the site must begin nothing new, whatever is signed; null where it may.</summary>
    Failure? FindDoubt();

    /// <summary>Why this bundle must not be activated even if its signatures are good; null where it is not revoked.</summary>
    Failure? FindRevocation(Digest bundle);

    /// <summary>
    /// Polls for a newer policy with one conditional request. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry
    /// does not answer. A newer policy that is refused is no failure here; the site's status reports it.
    /// </summary>
    Task PollAsync(CancellationToken cancellationToken);
}
