using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Enrolments;

/// <summary>The client certificate with which HQ connects to the broker: the configured one, or one that HQ issues to itself and renews in time.</summary>
internal sealed class HqIdentity(HqOptions options, CertificateAuthority authority, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(130);

    private bool IsConfigured => options.Broker.CertificateFile is not null;

    public string CertificateFile => options.Broker.CertificateFile ?? Path.Combine(options.StateDirectory, "hq.pem");

    public string KeyFile => options.Broker.KeyFile ?? Path.Combine(options.StateDirectory, "hq.key");

    /// <summary>The authority that HQ trusts to identify the broker.</summary>
    public string BrokerAuthorityFile =>
        options.Broker.AuthorityFile ?? Path.Combine(options.AuthorityDirectory, CertificateAuthority.CertificateName);

    /// <summary>Issues a new certificate if the current one is missing or expires soon.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (IsConfigured || IsStillValid())
        {
            return;
        }

        using var certificate = authority.IssueForHq(Lifetime);
        using var key = certificate.GetECDsaPrivateKey()!;
        await PemFiles.WriteAsync(KeyFile, key.ExportPkcs8PrivateKeyPem(), DurableFile.PrivateMode, cancellationToken);
        await PemFiles.WriteAsync(CertificateFile, certificate.ExportCertificatePem(), DurableFile.SharedMode, cancellationToken);
    }

    private bool IsStillValid()
    {
        if (!File.Exists(CertificateFile) || !File.Exists(KeyFile))
        {
            return false;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            return authority.Issued(certificate) && certificate.NotAfter > clock.GetUtcNow() + RenewBefore;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // The key does not match the certificate: HQ crashed between the two writes.
            return false;
        }
    }
}
