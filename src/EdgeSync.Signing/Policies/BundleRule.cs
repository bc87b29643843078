using EdgeSync.Primitives;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Signing.Policies;

/// <summary>What bundles of some repositories and channels must have: signatures of enough different authorities, and attestations.</summary>
public sealed class BundleRule : TrustRule
{
    /// <summary>A rule. Throws <see cref="SigningException"/> where nothing could ever meet it.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="authorities">Who may sign.</param>
    /// <param name="threshold">How many different ones of them must.</param>
    /// <param name="attestations">What else must be said of the bundle, and by whom.</param>
    public BundleRule(
        string name, TrustScope scope, IReadOnlyList<TrustAuthority> authorities, int threshold, IReadOnlyList<AttestationRule> attestations)
        : base(name, scope, authorities, threshold)
    {
        ArgumentNullException.ThrowIfNull(attestations);
        Attestations = [.. attestations];
        Everybody = [.. Authorities.Concat(Attestations.SelectMany(attestation => attestation.SignedBy)).Distinct()];
    }

    private BundleRule(BundleRule rule, IReadOnlySet<Digest> revoked)
        : base(rule, revoked)
    {
        Attestations = [.. rule.Attestations.Select(attestation => attestation with { SignedBy = Left(attestation.SignedBy, revoked) })];
        Everybody = Left(rule.Everybody, revoked);
    }

    /// <summary>What else must be said of the bundle.</summary>
    public IReadOnlyList<AttestationRule> Attestations { get; }

    /// <summary>Whose signatures are looked for at all: those who may sign, and those who may attest.</summary>
    internal IReadOnlyList<TrustAuthority> Everybody { get; }

    /// <summary>The same rule without these keys. What it asks for stays: where nobody is left to give it, nothing more is accepted.</summary>
    public BundleRule Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return new BundleRule(this, revoked);
    }
}
