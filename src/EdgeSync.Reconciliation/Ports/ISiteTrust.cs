using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Whom the site trusts now. It may change while the agent runs; what was judged before is then judged anew.</summary>
public interface ISiteTrust
{
    /// <summary>The policy as it is now.</summary>
    TrustPolicy Policy { get; }

    /// <summary>Another number after each change.</summary>
    long Generation { get; }

    /// <summary>Why nothing new may be begun, whatever is signed; null where it may.</summary>
    Trouble? FindDoubt();

    /// <summary>Why this bundle must not be activated, whoever signed it; null where nothing was said against it.</summary>
    Trouble? FindRevocation(Digest bundle);

    /// <summary>
    /// Looks for a newer policy with one conditional request. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry
    /// cannot be asked; a newer policy that is refused is no failure, and said elsewhere.
    /// </summary>
    Task LookAsync(CancellationToken cancellationToken);
}
