using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Text;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Cosign;

/// <summary>
/// cosign's simple signing with keys or under certificates, at the tag or as a referrer (the layers are the same). Layers are read one by
/// one and never by digest, because two signers of one payload make two layers with the same digest.
/// </summary>
internal sealed class CosignTagFormat : ISignatureFormat
{
    public bool Recognises(ImageManifest manifest) => manifest.Layers.Any(layer => layer.MediaType == SimpleSigningPayload.MediaType);

    public IEnumerable<SignatureEvidence> Verify(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question) =>
        manifest.Layers.Select(layer => Verify(layer, artifact, question));

    private static SignatureEvidence Verify(Descriptor layer, SignatureArtifact artifact, SignatureQuestion question)
    {
        if (layer.MediaType != SimpleSigningPayload.MediaType)
        {
            return SignatureEvidence.Nothing("a layer that is no signature");
        }

        if (!CosignSignatures.TryReadSignature(layer, out var signature))
        {
            return SignatureEvidence.Nothing("a layer without a signature in canonical base64");
        }

        if (!artifact.TryFind(layer, out var payload, out var problem))
        {
            return SignatureEvidence.Nothing($"a signature {problem}");
        }

        return payload.Length <= SimpleSigningPayload.MaxBytes
            ? VerifyPayload(layer, payload.Span, signature, question)
            : SignatureEvidence.Nothing("a signature whose content is missing or too large", EvidenceKind.Signature);
    }

    // The signature is verified first: a payload is only read if a trusted key signed it.
    private static SignatureEvidence VerifyPayload(Descriptor layer, ReadOnlySpan<byte> payload, byte[] signature, SignatureQuestion question)
    {
        TrustSigner? signer = null;
        foreach (var authority in question.Keys)
        {
            if (authority.Key.Verify(payload, signature, SignatureScheme.CosignTag))
            {
                signer = question.SignerOf(authority);
                break;
            }
        }

        if (signer is null && FindIdentity(layer, payload, signature, question, out signer) is { } refusal)
        {
            return SignatureEvidence.Nothing(refusal, EvidenceKind.Signature);
        }

        if (!SimpleSigningPayload.TryParse(payload, out var said, out var problem))
        {
            return SignatureEvidence.Nothing($"a cosign signature by {signer}, but {problem}");
        }

        return said.Digest == question.Bundle.Digest
            ? new SignatureEvidence(signer, $"a cosign signature by {signer}, made for {said.DockerReference}") { Kind = EvidenceKind.Signature }
            : SignatureEvidence.Nothing($"a cosign signature by {signer}, but for {said.Digest}");
    }

    private static string? FindIdentity(
        Descriptor layer, ReadOnlySpan<byte> payload, byte[] signature, SignatureQuestion question, out TrustSigner? signer)
    {
        signer = null;
        if (!CertificateAnnotations.AreOn(layer))
        {
            return $"a cosign signature {question.NoKeyFound}";
        }

        if (!CertificateAnnotations.TryRead(layer, new MessageSignature(signature, null, null), out var bundle, out var problem))
        {
            return $"a cosign signature under a certificate that cannot be read: {ShownText.Of(problem)}";
        }

        signer = IdentityVerifier.Find(bundle, SigstoreSubject.OfContent(payload.ToArray()), question, out _, out problem);
        return signer is null ? $"a cosign signature under a certificate, {problem}" : null;
    }
}
