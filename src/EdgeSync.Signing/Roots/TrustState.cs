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
                    $"trust root {head.Version} expired at {head.Record.ExpiresAt.UtcDateTime:u}, and this site has no newer one: it activates nothing new; what runs keeps running and is repaired"),
                "Publish the next trust root, or import it from a stick ('edgesync trust import'). If the root should still be valid, check this site's clock."));
    }
}
