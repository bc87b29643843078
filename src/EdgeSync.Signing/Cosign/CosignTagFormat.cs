using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Cosign;

/// <summary>
/// cosign's simple signing with keys, under the tag or as a referrer (the layers are the same). Layers are taken one by one and never by digest: two
/// signers of one payload make two layers with one digest.
/// </summary>
internal sealed class CosignTagFormat : ISignatureFormat
{
    public bool Recognises(ImageManifest manifest) => manifest.Layers.Any(layer => layer.MediaType == SimpleSigningPayload.MediaType);

    public IEnumerable<SignatureEvidence> Judge(ImageManifest manifest, SignatureArtifact artifact, Digest bundle, KeyRing keys) =>
        manifest.Layers.Select(layer => Judge(layer, artifact, bundle, keys));

    private static SignatureEvidence Judge(Descriptor layer, SignatureArtifact artifact, Digest bundle, KeyRing keys)
    {
        if (layer.MediaType != SimpleSigningPayload.MediaType)
        {
            return Refuse("a layer that is no signature");
        }

        if (!CosignSignatures.TryReadSignature(layer, out var signature))
        {
            return Refuse("a layer without a signature in canonical base64");
        }

        if (!artifact.Blobs.TryGetValue(layer.Digest, out var payload) || payload.Length > SimpleSigningPayload.MaxBytes)
        {
            return Refuse("a signature whose payload is missing or too large");
        }

        return Digest.Of(payload.Span) == layer.Digest
            ? JudgePayload(payload.Span, signature, bundle, keys)
            : Refuse("a signature whose payload does not have its digest");
    }

    // Who signed comes before what is said: nothing of a payload is read that no trusted key vouches for.
    private static SignatureEvidence JudgePayload(ReadOnlySpan<byte> payload, byte[] signature, Digest bundle, KeyRing keys)
    {
        VerificationKey? signer = null;
        foreach (var key in keys.Keys)
        {
            if (key.Verify(payload, signature, SignatureScheme.CosignTag))
            {
                signer = key;
                break;
            }
        }

        if (signer is null)
        {
            return Refuse($"a cosign signature by none of the {keys.Role} keys of this site");
        }

        if (!SimpleSigningPayload.TryParse(payload, out var said, out var problem))
        {
            return Refuse($"a cosign signature by {signer}, but {problem}");
        }

        return said.Digest == bundle
            ? new SignatureEvidence(signer, $"a cosign signature by {signer}, made for {said.DockerReference}")
            : Refuse($"a cosign signature by {signer}, but for {said.Digest}");
    }

    private static SignatureEvidence Refuse(string description) => new(null, description);
}
