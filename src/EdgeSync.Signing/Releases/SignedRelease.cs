using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>A release record as it was found, with what lies beside it. Nothing of it is trusted yet.</summary>
/// <param name="Envelope">The signed envelope's bytes as received.</param>
public sealed record SignedRelease(ReadOnlyMemory<byte> Envelope)
{
    /// <summary>The manifest that names the envelope, as received: what signatures beside it were made for. Empty where nobody has it.</summary>
    public ReadOnlyMemory<byte> Manifest { get; init; }

    /// <summary>The signatures beside the artifact; none where the rule asks for keys only.</summary>
    public IReadOnlyList<SignatureArtifact> Beside { get; init; } = [];
}
