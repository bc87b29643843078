using System.Collections.Concurrent;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>Keys that never change, and a list of revocations that the test writes.</summary>
internal sealed class LiveTrust(TrustPolicy policy, ConcurrentDictionary<Digest, string> revoked) : ISiteTrust
{
    public TrustPolicy Policy => policy;

    public long Generation => revoked.Count;

    public Failure? FindDoubt() => null;

    public Failure? FindRevocation(Digest bundle) =>
        revoked.TryGetValue(bundle, out var why) ? new Failure(TrustReasons.BundleRevoked, $"the bundle was revoked: {why}", null) : null;

    public Task PollAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
