using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Text;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Sigstore;

/// <summary>
/// Sigstore bundles as referrers: cosign 3's signatures and attestations with keys, and those of keyless signers. The manifest's description of the
/// bundle's contents is not read.
/// </summary>
internal sealed class SigstoreBundleFormat : ISignatureFormat
{
    public bool Recognises(ImageManifest manifest) => manifest.Layers.Any(layer => SignatureArtifact.IsSigstoreBundle(layer.MediaType));

    public IEnumerable<SignatureEvidence> Verify(ImageManifest manifest, SignatureArtifact artifact, SignatureQuestion question) =>
        manifest.Layers.Select(layer => Verify(layer, artifact, question));

    private static SignatureEvidence Verify(Descriptor layer, SignatureArtifact artifact, SignatureQuestion question)
    {
        if (!SignatureArtifact.IsSigstoreBundle(layer.MediaType))
        {
            return SignatureEvidence.Nothing("a layer that is no Sigstore bundle");
        }

        if (!artifact.TryFind(layer, out var blob, out var problem))
        {
            return SignatureEvidence.Nothing($"a Sigstore bundle {problem}");
        }

        if (!SigstoreBundle.TryParse(blob.Span, out var bundle, out problem))
        {
            return SignatureEvidence.Nothing($"a Sigstore bundle that cannot be read: {ShownText.Of(problem)}");
        }

        if (!bundle.HasEnvelope)
        {
            return SignatureEvidence.Nothing("a Sigstore bundle that signs bytes of a file, and not an image");
        }

        return bundle.HasCertificate ? VerifyIdentities(bundle, question) : VerifyKeys(bundle, question);
    }

    private static SignatureEvidence VerifyKeys(SigstoreBundle bundle, SignatureQuestion question)
    {
        var subject = SigstoreSubject.OfDigest(question.Bundle.Digest);
        SigstoreCheck? failure = null;
        foreach (var authority in question.Keys)
        {
            switch (SigstoreVerifier.Verify(bundle, subject, authority.Key, TrustedRoot.Empty, SigstoreRequirements.SignatureOnly))
            {
                case SigstoreVerdict.Trusted { Statement: { } statement }:
                    return StatementEvidence.Of(statement, question.SignerOf(authority));

                // With the right key, what else is wrong says more than what the other keys say.
                case SigstoreVerdict.Untrusted { Failure.Kind: not SigstoreCheckKind.Signature } untrusted:
                    failure = untrusted.Failure;
                    break;
            }
        }

        return SignatureEvidence.Nothing(failure is null
            ? $"a Sigstore bundle {question.NoKeyFound}"
            : $"a Sigstore bundle by a key that the rule names, but {ShownText.Of(failure.Evidence)}");
    }

    private static SignatureEvidence VerifyIdentities(SigstoreBundle bundle, SignatureQuestion question)
    {
        var signer = IdentityVerifier.Find(bundle, SigstoreSubject.OfDigest(question.Bundle.Digest), question, out var statement, out var problem);
        return signer is not null && statement is not null
            ? StatementEvidence.Of(statement, signer)
            : SignatureEvidence.Nothing($"a Sigstore bundle under a certificate, {problem}");
    }
}
