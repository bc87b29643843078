using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Testbed.Certificates;

/// <summary>A certificate authority for tests, with its certificates as PEM files in one folder (ECDSA P-256).</summary>
public sealed class CertificateFactory : IDisposable
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder;

    /// <summary>Makes a new authority; its certificate becomes FOLDER/ca.pem, its key FOLDER/ca.key.</summary>
    public CertificateFactory(string folder, string name = "EdgeSync testbed CA")
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddYears(10));
        AuthorityPath = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(AuthorityPath, Authority.ExportCertificatePem() + "\n");
        WriteKey(Path.Combine(_folder, "ca.key"), _key);
    }

    /// <summary>The authority's certificate, with its private key.</summary>
    public X509Certificate2 Authority { get; }

    public string AuthorityPath { get; }

    /// <summary>How long server certificates last; more where a test's clock goes on by years.</summary>
    public int ServerYears { get; init; } = 1;

    /// <summary>A server certificate for 127.0.0.1, ::1, localhost and the given names.</summary>
    public PemFiles CreateServer(string name = "localhost", params string[] alternativeNames)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (var dnsName in alternativeNames.Append("localhost").Distinct())
        {
            names.AddDnsName(dnsName);
        }

        var now = TimeProvider.System.GetUtcNow();
        return Create(name, ServerUse, names.Build(), now.AddHours(-1), now.AddYears(ServerYears));
    }

    /// <summary>
    /// A client certificate. A site's common name is "FLEET/SITE". The validity can be given, to make one that has expired, and an
    /// organisation, which Kubernetes takes for a group.
    /// </summary>
    public PemFiles CreateClient(string commonName, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string? organization = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Create(commonName, ClientUse, null, notBefore ?? now.AddHours(-1), notAfter ?? now.AddYears(1), organization);
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
    }

    private PemFiles Create(string commonName, Oid use, X509Extension? alternativeNames, DateTimeOffset notBefore, DateTimeOffset notAfter, string? organization = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        if (organization is not null)
        {
            subject.AddOrganizationName(organization);
        }

        subject.AddCommonName(commonName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (alternativeNames is not null)
        {
            request.CertificateExtensions.Add(alternativeNames);
        }

        using var certificate = request.Create(Authority, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        var file = Path.Combine(_folder, commonName.Replace('/', '.'));
        File.WriteAllText(file + ".pem", certificate.ExportCertificatePem() + "\n");
        WriteKey(file + ".key", key);
        return new PemFiles(file + ".pem", file + ".key", AuthorityPath);
    }

    private static void WriteKey(string path, ECDsa key)
    {
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem() + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
