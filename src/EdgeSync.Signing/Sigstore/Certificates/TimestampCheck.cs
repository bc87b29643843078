using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Keys;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>Checks the embedded timestamps of certificate transparency logs: different trusted logs are counted, unknown ones are not.</summary>
internal static class TimestampCheck
{
    private const byte Sha256 = 4;
    private const byte Rsa = 1;
    private const byte Ecdsa = 3;

    public static void Run(SigningCertificate leaf, X509Certificate2 issuer, TrustedRoot root, int wanted, CheckList checks)
    {
        var logs = new HashSet<TrustedLog>(ReferenceEqualityComparer.Instance);
        try
        {
            if (SigningCertificate.Find(leaf.Certificate, SignedCertificateTimestamp.ListOid) is { } list)
            {
                foreach (var timestamp in SignedCertificateTimestamp.ReadList(list))
                {
                    if (Check(leaf, issuer, timestamp, root, checks) is { } log)
                    {
                        logs.Add(log);
                    }
                }
            }
        }
        catch (FormatException failure)
        {
            checks.Fail(SigstoreCheckKind.CertificateTransparency, failure.Message);
        }

        if (logs.Count < wanted)
        {
            checks.Fail(SigstoreCheckKind.CertificateTransparency, $"{logs.Count} trusted certificate logs know the certificate; {wanted} are needed");
        }
    }

    private static TrustedLog? Check(
        SigningCertificate leaf, X509Certificate2 issuer, SignedCertificateTimestamp timestamp, TrustedRoot root, CheckList checks)
    {
        var known = false;
        foreach (var log in root.CertificateLogs)
        {
            if (!log.Id.AsSpan().SequenceEqual(timestamp.LogId))
            {
                continue;
            }

            known = true;
            if (log.Validity.Contains(timestamp.Time))
            {
                if (log.Key is { } key && Fits(key, timestamp)
                    && key.Verify(Precertificate.SignedBytes(leaf.Certificate, issuer, timestamp), timestamp.Signature, HashAlgorithmName.SHA256))
                {
                    checks.Pass(SigstoreCheckKind.CertificateTransparency, $"the certificate log {log} took it in at {timestamp.Time:u}");
                    return log;
                }

                checks.Fail(SigstoreCheckKind.CertificateTransparency, $"the timestamp of the certificate log {log} does not verify");
                return null;
            }
        }

        if (known)
        {
            checks.Fail(SigstoreCheckKind.CertificateTransparency, $"the certificate log was not trusted at {timestamp.Time:u}");
        }
        else
        {
            checks.Skip(SigstoreCheckKind.CertificateTransparency, "a timestamp is by a certificate log that the trusted root does not name");
        }

        return null;
    }

    private static bool Fits(SigstoreKey key, SignedCertificateTimestamp timestamp) =>
        timestamp.HashAlgorithm == Sha256
        && key.Kind switch
        {
            SigstoreKeyKind.RsaPkcs1 => timestamp.SignatureAlgorithm == Rsa,
            SigstoreKeyKind.EcdsaP256 or SigstoreKeyKind.EcdsaP384 => timestamp.SignatureAlgorithm == Ecdsa,
            _ => false,
        };
}
