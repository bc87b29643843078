using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>
/// Builds a certificate's chain at one moment to one authority, from the certificates that the trusted root names and from no others: no platform
/// store, no download, no revocation list.
/// </summary>
internal static class ChainVerifier
{
    /// <summary>If the result is true, <paramref name="issuer"/> is the certificate that issued this one.</summary>
    public static bool TryBuild(
        X509Certificate2 leaf,
        TrustedAuthority authority,
        DateTimeOffset time,
        string usageOid,
        [NotNullWhen(true)] out X509Certificate2? issuer,
        out string problem)
    {
        issuer = null;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(authority.Chain[^1]);
        foreach (var certificate in authority.Chain)
        {
            policy.ExtraStore.Add(certificate);
        }

        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = time.UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(usageOid));
        try
        {
            if (!chain.Build(leaf))
            {
                problem = Describe(chain);
                return false;
            }
        }
        catch (CryptographicException failure)
        {
            problem = FaultText.Describe(failure);
            return false;
        }

        // The machine may have a user store of intermediates; a certificate from there is not one that the trusted root names.
        for (var i = 1; i < chain.ChainElements.Count; i++)
        {
            if (!Names(authority, chain.ChainElements[i].Certificate))
            {
                problem = "the chain leads over a certificate that the trusted root does not name";
                return false;
            }
        }

        problem = "the certificate is a root itself";
        issuer = chain.ChainElements.Count > 1 ? authority.Chain[IndexOf(authority, chain.ChainElements[1].Certificate)] : null;
        return issuer is not null;
    }

    private static bool Names(TrustedAuthority authority, X509Certificate2 certificate) => IndexOf(authority, certificate) >= 0;

    private static int IndexOf(TrustedAuthority authority, X509Certificate2 certificate)
    {
        for (var i = 0; i < authority.Chain.Count; i++)
        {
            if (authority.Chain[i].RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Describe(X509Chain chain)
    {
        var faults = X509ChainStatusFlags.NoError;
        foreach (var status in chain.ChainStatus)
        {
            faults |= status.Status;
        }

        return $"the chain does not hold ({faults})";
    }
}
