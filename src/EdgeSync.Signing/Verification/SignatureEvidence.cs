using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Verification;

/// <summary>What one signature was found to be.</summary>
/// <param name="Signer">The trusted key that made it for this very bundle; null where it counts for nothing.</param>
/// <param name="Description">In words: by whom, or why it does not count.</param>
public sealed record SignatureEvidence(VerificationKey? Signer, string Description);
