using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>A release record as it was found, with the signatures of its artifact. Nothing of it is trusted yet.</summary>
/// <param name="Envelope">The signed envelope's bytes as received.</param>
public sealed record SignedRelease(ReadOnlyMemory<byte> Envelope)
{
    /// <summary>The manifest that names the envelope, as received; the artifact's signatures are of this. Empty if it is not available.</summary>
    public ReadOnlyMemory<byte> Manifest { get; init; }

    /// <summary>The artifact's signatures; none if the rule has keys only.</summary>
    public IReadOnlyList<SignatureArtifact> Signatures { get; init; } = [];
}
