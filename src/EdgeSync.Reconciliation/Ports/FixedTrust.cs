using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>The trust of a site whose keys stand in its configuration: it never changes by itself.</summary>
/// <param name="policy">The policy.</param>
public sealed class FixedTrust(TrustPolicy policy) : ISiteTrust
{
    /// <inheritdoc/>
    public TrustPolicy Policy { get; } = policy;

    /// <inheritdoc/>
    public long Generation => 0;

    /// <inheritdoc/>
    public Trouble? FindDoubt() => null;

    /// <inheritdoc/>
    public Trouble? FindRevocation(Digest bundle) => null;

    /// <inheritdoc/>
    public Task LookAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
