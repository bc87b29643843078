namespace EdgeSync.Signing.Keys;

/// <summary>
/// The format of a signature. It matters for P-384 only: cosign signs under a tag with SHA-256 whatever the curve, and envelopes
/// with the hash of the curve's size.
/// </summary>
public enum SignatureScheme
{
    /// <summary>cosign's "simple signing" under a tag: P-384 with SHA-256.</summary>
    CosignTag,

    /// <summary>DSSE envelopes: P-384 with SHA-384.</summary>
    Envelope,
}
