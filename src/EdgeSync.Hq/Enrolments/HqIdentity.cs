using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Enrolments;

/// <summary>The client certificate by which the broker knows HQ: the configured one, or one that HQ issues to itself and renews in time.</summary>
internal sealed class HqIdentity(HqOptions options, CertificateAuthority authority, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(130);

    private bool IsConfigured => options.Broker.CertificateFile is not null;

    public string CertificateFile => options.Broker.CertificateFile ?? Path.Combine(options.StateDirectory, "hq.pem");

    public string KeyFile => options.Broker.KeyFile ?? Path.Combine(options.StateDirectory, "hq.key");

    /// <summary>Whom HQ believes that it is the broker.</summary>
    public string BrokerAuthorityFile =>
        options.Broker.AuthorityFile ?? Path.Combine(options.AuthorityDirectory, CertificateAuthority.CertificateName);

    /// <summary>Makes sure that there is a certificate that is valid for some time yet.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (IsConfigured || IsGoodEnough())
        {
            return;
        }

        using var certificate = authority.IssueForHq(Lifetime);
        using var key = certificate.GetECDsaPrivateKey()!;
        await PemFiles.WriteAsync(KeyFile, key.ExportPkcs8PrivateKeyPem(), DurableFile.PrivateMode, cancellationToken);
        await PemFiles.WriteAsync(CertificateFile, certificate.ExportCertificatePem(), DurableFile.SharedMode, cancellationToken);
    }

    private bool IsGoodEnough()
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
            // A key of one certificate beside another, after a crash between the two writes.
            return false;
        }
    }
}
