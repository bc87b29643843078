using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Verification;

/// <summary>What one signature or attestation was found to be.</summary>
/// <param name="Signer">Who made it for this very bundle; null where it counts for nothing.</param>
/// <param name="Description">In words: by whom, or why it does not count.</param>
public sealed record SignatureEvidence(TrustSigner? Signer, string Description)
{
    /// <summary>What is said of the bundle; null for a signature.</summary>
    internal InTotoStatement? Attestation { get; init; }

    internal EvidenceKind Kind { get; init; }

    internal static SignatureEvidence Nothing(string description, EvidenceKind kind = EvidenceKind.Unknown) => new(null, description) { Kind = kind };
}
