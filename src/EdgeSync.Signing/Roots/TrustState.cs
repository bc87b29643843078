using System.Globalization;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;

namespace EdgeSync.Signing.Roots;

/// <summary>The trust of a site: the verified roots, and what was revoked since. Immutable.</summary>
/// <param name="Chain">The roots.</param>
/// <param name="Revocations">The newest list of revocations, or null before the first.</param>
public sealed record TrustState(TrustChain Chain, Revocations? Revocations)
{
    /// <summary>All keys that a root or a list has revoked.</summary>
    public IReadOnlySet<Digest> RevokedKeys => new HashSet<Digest>(Chain.RevokedKeys.Concat(Revocations?.Keys ?? new HashSet<Digest>()));

    /// <summary>All revoked bundles.</summary>
    public IReadOnlySet<Digest> RevokedBundles => Revocations?.Bundles ?? new HashSet<Digest>();

    /// <summary>Why a site in this state must not activate anything new; null if it may.</summary>
    public RootFault? FindDoubt(TrustMarks? marks, DateTimeOffset now)
    {
        var head = Chain.Head;
        return marks?.FindFault(this) ?? (now < head.Record.ExpiresAt
            ? null
            : new RootFault(
                TrustReasons.RootExpired,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"trust root {head.Version} expired at {head.Record.ExpiresAt.UtcDateTime:u}, and no newer one is here: nothing new is begun; what runs runs on, and is repaired"),
                "Publish the next trust root, or bring it on a stick ('edgesync trust import'); if the root should still hold, check this site's clock."));
    }
}
