using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Text;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Cosign;

/// <summary>
/// cosign's attestations with keys or under certificates, at the tag <c>sha256-HEX.att</c>: one envelope with an in-toto statement in each layer.
/// </summary>
internal sealed class CosignAttestationFormat : ISignatureFormat
{
    public bool Recognises(ImageManifest manifest) => manifest.Layers.Any(layer => layer.MediaType == DsseEnvelope.MediaType);

    public IEnumerable<SignatureEvidence> Verify(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question) =>
        manifest.Layers.Select(layer => Verify(layer, artifact, question));

    private static SignatureEvidence Verify(Descriptor layer, SignatureArtifact artifact, SignatureQuestion question)
    {
        if (layer.MediaType != DsseEnvelope.MediaType)
        {
            return Nothing("a layer that is no attestation");
        }

        if (!artifact.TryFind(layer, out var blob, out var problem))
        {
            return Nothing($"an attestation {problem}");
        }

        if (!DsseEnvelope.TryParse(blob.Span, SignatureArtifact.MaxAttestationBytes, out var envelope, out problem))
        {
            return Nothing($"an attestation that cannot be read: {problem}");
        }

        if (envelope.PayloadType != InTotoStatement.PayloadType)
        {
            return Nothing("an envelope that does not hold an in-toto statement");
        }

        // cosign writes one signature. With more it would not be clear who made the statement.
        if (envelope.Signatures.Count != 1)
        {
            return Nothing("an attestation with more than one signature");
        }

        if (FindSigner(envelope, question) is { } authority)
        {
            return StatementEvidence.Of(envelope.Payload.Span, question.SignerOf(authority), question);
        }

        return CertificateAnnotations.AreOn(layer)
            ? VerifyIdentities(layer, envelope, blob, question)
            : Nothing($"an attestation {question.NoKeyFound}");
    }

    private static SignatureEvidence VerifyIdentities(
        Descriptor layer, DsseEnvelope envelope, ReadOnlyMemory<byte> blob, SignatureQuestion question)
    {
        if (!CertificateAnnotations.TryRead(layer, envelope, blob, out var bundle, out var problem))
        {
            return Nothing($"an attestation under a certificate that cannot be read: {ShownText.Of(problem)}");
        }

        var signer = IdentityVerifier.Find(bundle, SigstoreSubject.OfDigest(question.Bundle.Digest), question, out var statement, out problem);
        return signer is not null && statement is not null
            ? StatementEvidence.Of(statement, signer)
            : Nothing($"an attestation under a certificate, {problem}");
    }

    private static SignatureEvidence Nothing(string description) => SignatureEvidence.Nothing(description, EvidenceKind.Attestation);

    private static TrustAuthority.ByKey? FindSigner(DsseEnvelope envelope, SignatureQuestion question)
    {
        var message = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload.Span);
        var signature = envelope.Signatures[0].Value.Span;
        foreach (var authority in question.Keys)
        {
            // The encoding distinguishes envelopes from payloads, so cosign 2's SHA-256 for P-384 is unambiguous.
            if (authority.Key.Verify(message, signature, SignatureScheme.Envelope)
                || (authority.Key.Algorithm == KeyAlgorithm.EcdsaP384 && authority.Key.Verify(message, signature, SignatureScheme.CosignTag)))
            {
                return authority;
            }
        }

        return null;
    }
}
