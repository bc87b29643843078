using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Verification;

/// <summary>A format in which signers store signatures and attestations in a registry.</summary>
internal interface ISignatureFormat
{
    /// <summary>Whether the content of the manifest is in this format.</summary>
    bool Recognises(ImageManifest manifest);

    /// <summary>Verifies the artifact's signatures lazily, one by one; the caller stops at its limit.</summary>
    IEnumerable<SignatureEvidence> Verify(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question);
}
