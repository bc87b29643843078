using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>The tests' own root and intermediate, which issue what a case needs.</summary>
internal sealed class TestAuthority
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name, string usageOid)
    {
        var root = Request($"CN={name} root", _rootKey, isAuthority: true);
        Root = root.CreateSelfSigned(Start, Start.AddYears(10));
        var intermediate = Request($"CN={name} intermediate", _key, isAuthority: true);
        intermediate.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usageOid)], critical: false));
        Intermediate = intermediate.Create(
            Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), Start, Start.AddYears(9), [1, 2, 3]);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public static CertificateRequest Request(string subject, AsymmetricAlgorithm key, bool isAuthority)
    {
        var request = key switch
        {
            ECDsa ecdsa => new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256),
            RSA rsa => new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    public byte[] Issue(CertificateRequest request, DateTimeOffset from, DateTimeOffset to, byte[] serial)
    {
        using var certificate = request.Create(Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, to, serial);
        return certificate.RawData;
    }
}
