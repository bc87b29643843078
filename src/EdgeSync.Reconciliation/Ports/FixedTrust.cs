using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>The trust of a site whose keys are in its configuration: it never changes while the agent runs.</summary>
/// <param name="policy">The policy.</param>
public sealed class FixedTrust(TrustPolicy policy) : ISiteTrust
{
    /// <inheritdoc/>
    public TrustPolicy Policy { get; } = policy;

    /// <inheritdoc/>
    public long Generation => 0;

    /// <inheritdoc/>
    public Failure? FindDoubt() => null;

    /// <inheritdoc/>
    public Failure? FindRevocation(Digest bundle) => null;

    /// <inheritdoc/>
    public Task PollAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
