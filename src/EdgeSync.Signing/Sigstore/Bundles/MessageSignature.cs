namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>A signature of an artifact's bytes, and the digest that the signer says they have.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="DigestAlgorithm">As the bundle names it; null if it says no digest.</param>
/// <param name="Digest">The digest, a hint only.</param>
internal sealed record MessageSignature(byte[] Signature, string? DigestAlgorithm, byte[]? Digest);
