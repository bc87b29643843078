using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Verification;

/// <summary>The result of verifying one signature or attestation.</summary>
/// <param name="Signer">Who made it for exactly this bundle; null if it does not count.</param>
/// <param name="Description">Who made it, or why it does not count.</param>
public sealed record SignatureEvidence(TrustSigner? Signer, string Description)
{
    /// <summary>The statement about the bundle; null for a signature.</summary>
    internal InTotoStatement? Attestation { get; init; }

    internal EvidenceKind Kind { get; init; }

    internal static SignatureEvidence Nothing(string description, EvidenceKind kind = EvidenceKind.Unknown) => new(null, description) { Kind = kind };
}
