using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Text;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Notation;

/// <summary>Signatures of the Notary Project as referrers. A signature that a level only tolerates has no signer.</summary>
internal sealed class NotationFormat : ISignatureFormat
{
    public bool Recognises(ImageManifest manifest) => NotationArtifact.Recognises(manifest);

    public IEnumerable<SignatureEvidence> Verify(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question)
    {
        yield return NotationArtifact.TryFindEnvelope(manifest, artifact, question.Bundle, out var envelope, out var mediaType, out var problem)
            ? VerifyEnvelope(envelope, mediaType, question)
            : Nothing($"a Notation signature that cannot be judged: {ShownText.Of(problem)}");
    }

    private static SignatureEvidence VerifyEnvelope(ReadOnlyMemory<byte> envelope, string mediaType, SignatureQuestion question)
    {
        var names = new List<string>();
        NotationVerdict.Trusted? found = null;
        string? failure = null;
        foreach (var authority in question.Certificates)
        {
            switch (NotationVerifier.Verify(envelope, mediaType, question.Bundle, authority.Trust, question.Now))
            {
                case NotationVerdict.Trusted trusted:
                    found = trusted;
                    names.Add(authority.Name);
                    break;
                case NotationVerdict.Untrusted untrusted:
                    failure = untrusted.Failure.Evidence;
                    break;
            }
        }

        return found is not null
            ? new SignatureEvidence(Describe(found, names, question), $"a Notation signature by {ShownText.Of(found.Signer.ToString())}")
            {
                Kind = EvidenceKind.Signature,
            }
            : Nothing(failure is null
                ? "a Notation signature, and the rule names no trust store"
                : $"a Notation signature, but {ShownText.Of(failure)}");
    }

    // Identified by its key, as everywhere: a certificate and a known key of the same key pair are one signer.
    private static TrustSigner Describe(NotationVerdict.Trusted found, List<string> names, SignatureQuestion question) =>
        new(found.Signer.Key.ToString(), ShownText.Of(found.Signer.ToString()), [.. names, .. question.NamesOf(found.Signer.Key)])
        {
            ProvenTime = found.ProvenTime,
        };

    private static SignatureEvidence Nothing(string description) => SignatureEvidence.Nothing(description, EvidenceKind.Signature);
}
