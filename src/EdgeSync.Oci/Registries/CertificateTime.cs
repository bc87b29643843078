using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Oci.Registries;

/// <summary>
/// Judges a server's certificate at the time that the caller knows, where the machine's clock differs. Otherwise a machine that boots in 1970 would
/// find every certificate not yet valid and reach nothing; and one whose clock was set back would accept what has run out.
/// </summary>
internal sealed class CertificateTime(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var now = time.GetUtcNow();
        if ((now - TimeProvider.System.GetUtcNow()).Duration() <= Tolerance
            || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None
            || certificate is not X509Certificate2 leaf
            || chain is null)
        {
            return errors == SslPolicyErrors.None;
        }

        // What is known is that it is now this time or later: so a certificate may have run out, but none is too young.
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = leaf.NotBefore.ToUniversalTime() > now.UtcDateTime ? leaf.NotBefore.ToUniversalTime() : now.UtcDateTime;
        return chain.Build(leaf);
    }
}
