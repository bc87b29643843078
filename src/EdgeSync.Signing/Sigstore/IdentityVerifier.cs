using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Text;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Sigstore;

/// <summary>Finds which identities of a rule made a signature under a certificate. One identity counts once, under all its names.</summary>
internal static class IdentityVerifier
{
    /// <summary>The signer, and the statement that was signed if it is one; or null and the reason in words.</summary>
    public static TrustSigner? Find(
        SigstoreBundle bundle, SigstoreSubject subject, SignatureQuestion question, out InTotoStatement? statement, out string problem)
    {
        var names = new List<string>();
        SigstoreVerdict.Trusted? trusted = null;
        SigstoreCheck? failure = null;
        foreach (var authority in question.Identities)
        {
            var requirements = authority.Requirements with { CurrentTime = question.Now };
            switch (SigstoreVerifier.Verify(bundle, subject, authority.Identity, authority.Root, requirements))
            {
                case SigstoreVerdict.Trusted found:
                    trusted = found;
                    names.Add(authority.Name);
                    break;
                case SigstoreVerdict.Untrusted untrusted:
                    failure = untrusted.Failure;
                    break;
            }
        }

        problem = failure is null ? "and the rule names no identity" : $"but {ShownText.Of(failure.Evidence)}";
        statement = trusted?.Statement;
        return trusted?.Signer is SigstoreSigner.ByCertificate signer
            ? new TrustSigner(
                $"{signer.Subject}\n{signer.Issuer}",
                $"'{ShownText.Of(signer.Subject)}', {(signer.Issuer is { } issuer ? $"known to '{ShownText.Of(issuer)}'" : "of no named issuer")}",
                names)
            {
                ProvenTime = trusted.Times.Max(time => (DateTimeOffset?)time.Time),
            }
            : null;
    }
}
