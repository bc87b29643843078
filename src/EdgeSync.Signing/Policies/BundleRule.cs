using EdgeSync.Primitives;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Signing.Policies;

/// <summary>What bundles of some repositories and channels must have: signatures of enough different authorities, and attestations.</summary>
public sealed class BundleRule : TrustRule
{
    /// <summary>Creates a rule. Throws <see cref="SigningException"/> if nothing could ever meet it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="authorities">Who may sign.</param>
    /// <param name="threshold">How many different ones of them must.</param>
    /// <param name="attestations">The attestations that the bundle must have, and their signers.</param>
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

    /// <summary>The attestations that the bundle must have.</summary>
    public IReadOnlyList<AttestationRule> Attestations { get; }

    /// <summary>All authorities whose signatures are verified: those who may sign, and those who may attest.</summary>
    internal IReadOnlyList<TrustAuthority> Everybody { get; }

    /// <summary>The same rule without these keys. Its requirements stay: if no authority is left to meet them, nothing more is accepted.</summary>
    public BundleRule Without(IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        return new BundleRule(this, revoked);
    }
}
