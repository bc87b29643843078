using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Page;

/// <summary>
/// The certificate of the page: a given one, which is read again when its file changes, or one that the agent makes and keeps in the state directory. HQ's
/// certificate of the site is for the broker and names it as a client alone, which browsers refuse.
/// </summary>
internal sealed partial class PageCertificate(PageSection page, string stateDirectory, string site, TimeProvider time, ILogger<PageCertificate> logger) : IDisposable
{
    // Browsers on phones refuse a longer life, also of a certificate that somebody trusts by hand.
    private static readonly TimeSpan OwnLifetime = TimeSpan.FromDays(800);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly Lock _lock = new();
    private readonly bool _isOwn = page.Tls?.CertificateFile is null;
    private readonly string _certificateFile = page.Tls?.CertificateFile ?? Path.Combine(stateDirectory, "page.pem");
    private readonly string _keyFile = page.Tls?.KeyFile ?? Path.Combine(stateDirectory, "page.key");
    private X509Certificate2? _leaf;
    private SslStreamCertificateContext? _current;
    private DateTime _readAt;

    /// <summary>
    /// The certificate for the next connection. Raises an <see cref="EdgeSyncException"/> where there is none that can be used; a given one that cannot be read
    /// any more leaves the one before in use.
    /// </summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_isOwn && (_leaf is null ? !File.Exists(_certificateFile) || !File.Exists(_keyFile) : IsDue(_leaf)))
            {
                Make_NeedsLock();
            }

            var written = File.GetLastWriteTimeUtc(_certificateFile);
            if (_current is null || written != _readAt)
            {
                Read_NeedsLock(written);
            }

            return _current!;
        }
    }

    public void Dispose() => _leaf?.Dispose();

    private void Read_NeedsLock(DateTime written)
    {
        try
        {
            // The connections that are open may still use the certificate before, which the collector disposes.
            _leaf = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
            if (_isOwn && IsDue(_leaf))
            {
                Make_NeedsLock();
                _leaf = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
                written = File.GetLastWriteTimeUtc(_certificateFile);
            }

            var others = new X509Certificate2Collection();
            others.ImportFromPemFile(_certificateFile);
            _current = SslStreamCertificateContext.Create(_leaf, others, offline: true);
            _readAt = written;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            if (_current is null)
            {
                throw new StorageException("PageCertificateInvalid", $"the certificate '{_certificateFile}' with the key '{_keyFile}' cannot be used: {FaultText.Describe(failure)}", failure)
                {
                    Subject = _certificateFile,
                };
            }

            _readAt = written;
            LogNotRead(_certificateFile, FaultText.Describe(failure));
        }
    }

    private bool IsDue(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime() - RenewedBefore <= time.GetUtcNow().UtcDateTime;

    private void Make_NeedsLock()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(site);
        name.AddOrganizationName("EdgeSync");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(Names());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + OwnLifetime);
        DurableFile.Write(_keyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), DurableFile.PrivateMode);
        DurableFile.Write(_certificateFile, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), DurableFile.SharedMode);
        LogMade(_certificateFile, Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256)));
    }

    private X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { site, Environment.MachineName, "localhost" }.Distinct(StringComparer.OrdinalIgnoreCase).Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns))
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        if (!page.Listen.Address.Equals(IPAddress.Any) && !page.Listen.Address.Equals(IPAddress.IPv6Any))
        {
            names.AddIpAddress(page.Listen.Address);
        }

        return names.Build();
    }

    [LoggerMessage(AgentEventIds.PageCertificateMade, LogLevel.Information, "The technician's page has a new certificate, '{File}'; a browser shows its SHA-256 fingerprint {Fingerprint}")]
    private partial void LogMade(string file, string fingerprint);

    [LoggerMessage(AgentEventIds.PageCertificateNotRead, LogLevel.Error, "The new certificate '{File}' of the technician's page cannot be used, and the one before stays: {Reason}")]
    private partial void LogNotRead(string file, string reason);
}
