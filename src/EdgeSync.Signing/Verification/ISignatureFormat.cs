using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Verification;

/// <summary>One way in which signers put signatures and attestations into a registry.</summary>
internal interface ISignatureFormat
{
    /// <summary>Whether the manifest is one of this format, by its content.</summary>
    bool Recognises(ImageManifest manifest);

    /// <summary>Judges each signature that the artifact holds, one by one as asked: the caller stops at its bound.</summary>
    IEnumerable<SignatureEvidence> Judge(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question);
}
