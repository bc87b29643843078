using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// HQ's certificate authority. It issues the client certificates of the sites (common name <c>fleet/site</c>) and of HQ (<c>hq</c>), and server
/// certificates on request. It does not sign releases. It is thread-safe.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string CertificateName = "ca.pem";
    public const string KeyName = "ca.key";
    public const string HqName = "hq";

    private const int Years = 20;
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    // The clocks of brokers and sites may be slow.
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(24);

    private readonly X509Certificate2 _authority;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();

    private CertificateAuthority(X509Certificate2 authority, TimeProvider clock)
    {
        _authority = authority;
        _clock = clock;
        Pem = authority.ExportCertificatePem() + "\n";
    }

    /// <summary>The certificate of the authority as PEM.</summary>
    public string Pem { get; }

    /// <summary>Loads the authority and creates it first if it is missing. Throws <see cref="HqException"/> if it cannot be used.</summary>
    public static async Task<CertificateAuthority> OpenAsync(string directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        await CreateIfMissingAsync(directory, clock, cancellationToken);
        return Load(directory, clock);
    }

    public static Task CreateIfMissingAsync(string directory, TimeProvider clock, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(directory, CertificateName)) ? Task.CompletedTask : CreateAsync(directory, clock, cancellationToken);

    /// <summary>Loads the authority. Throws <see cref="HqException"/> if it cannot be used.</summary>
    public static CertificateAuthority Load(string directory, TimeProvider clock)
    {
        var certificate = Path.Combine(directory, CertificateName);
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPemFile(certificate, Path.Combine(directory, KeyName)), clock);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HqException(HqReasons.AuthorityUnusable, $"the certificate authority in '{directory}' cannot be used: {FaultText.Describe(failure)}", failure)
            {
                Subject = directory,
                Hint = "Restore ca.pem and ca.key from the backup. With a new authority every site would have to enrol again.",
            };
        }
    }

    /// <summary>
    /// Issues a client certificate for the key of a site. It also names the ledger key of the site (<see cref="LedgerKeyName"/>). The subject that the site
    /// requested is ignored.
    /// </summary>
    public X509Certificate2 IssueForSite(SiteKey site, PublicKey key, Digest ledgerKey, TimeSpan lifetime) =>
        Issue(site.ToString(), key, ClientPurpose, LedgerKeyName.ExtensionOf(ledgerKey), lifetime);

    /// <summary>Issues a client certificate with a new key for HQ. The caller disposes it.</summary>
    public X509Certificate2 IssueForHq(TimeSpan lifetime) => IssueWithNewKey(HqName, ClientPurpose, null, lifetime);

    /// <summary>Issues a server certificate with a new key for the broker or for HQ's pages. The caller disposes it.</summary>
    public X509Certificate2 IssueForServer(IReadOnlyList<string> names, TimeSpan lifetime) => IssueWithNewKey(names[0], ServerPurpose, AlternativeNames(names), lifetime);

    /// <summary>Whether this authority signed the certificate. Does not check whether it has expired.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }

    public void Dispose() => _authority.Dispose();

    private static async Task CreateAsync(string directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf("EdgeSync HQ authority"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = clock.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - Backdated, now.AddYears(Years));

        // Write the key first: after a crash, a certificate without its key would look like a complete authority.
        await PemFiles.WriteAsync(Path.Combine(directory, KeyName), key.ExportPkcs8PrivateKeyPem(), DurableFile.PrivateMode, cancellationToken);
        await PemFiles.WriteAsync(Path.Combine(directory, CertificateName), certificate.ExportCertificatePem(), DurableFile.SharedMode, cancellationToken);
    }

    private static X500DistinguishedName NameOf(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        return builder.Build();
    }

    private X509Certificate2 IssueWithNewKey(string commonName, string purpose, X509Extension? names, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(commonName, new PublicKey(key), purpose, names, lifetime);
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Issue(string commonName, PublicKey key, string purpose, X509Extension? names, TimeSpan lifetime)
    {
        var request = new CertificateRequest(NameOf(commonName), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7F; // A serial number is positive (RFC 5280, section 4.1.2.2).
        var now = _clock.GetUtcNow();
        lock (_lock)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
            var end = now + lifetime < _authority.NotAfter ? now + lifetime : _authority.NotAfter;
            return request.Create(_authority, now - Backdated, end, serial);
        }
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }
}
