using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Notation;

/// <summary>
/// Verifies that an envelope is a signature of an artifact by a trusted signer (Notary Project signature specification v1.1), from bytes alone: no
/// network, no clock, no platform store, no plugin. The work is bounded by the envelope's limits.
/// </summary>
public static class NotationVerifier
{
    /// <summary>The largest envelope that is read, in bytes.</summary>
    public const int MaxBytes = SignatureArtifact.MaxBlobBytes;

    /// <summary>Verifies an envelope of this media type, as of this time. Pure: the same input gives the same verdict.</summary>
    public static NotationVerdict Verify(
        ReadOnlyMemory<byte> envelope, string mediaType, Descriptor target, NotationTrust trust, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(trust);
        return new Verification(target, trust, now).Run(envelope.Span, mediaType);
    }
}
