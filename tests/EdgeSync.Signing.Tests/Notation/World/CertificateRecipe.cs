using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation.World;

/// <summary>One certificate, with every part open to a case.</summary>
internal sealed class CertificateRecipe
{
    public required string Subject { get; set; }

    public required AsymmetricAlgorithm Key { get; set; }

    public bool? IsAuthority { get; set; }

    public bool AreConstraintsCritical { get; set; } = true;

    public int? PathLength { get; set; }

    public X509KeyUsageFlags? KeyUsage { get; set; } = X509KeyUsageFlags.DigitalSignature;

    public bool IsUsageCritical { get; set; } = true;

    public List<string> Usages { get; } = [];

    public DateTimeOffset From { get; set; } = TestWorld.Now.AddDays(-30);

    public DateTimeOffset To { get; set; } = TestWorld.Now.AddDays(30);

    public HashAlgorithmName Hash { get; set; } = HashAlgorithmName.SHA256;

    public List<X509Extension> Extensions { get; } = [];

    public static CertificateRecipe Authority(string subject, AsymmetricAlgorithm key) =>
        new() { Subject = subject, Key = key, IsAuthority = true, KeyUsage = X509KeyUsageFlags.KeyCertSign };

    /// <summary>Issued by another one, or by itself.</summary>
    public byte[] Issue(CertificateRecipe issuer)
    {
        var request = Key switch
        {
            ECDsa ecdsa => new CertificateRequest(new X500DistinguishedName(Subject), ecdsa, issuer.Hash),
            RSA rsa => new CertificateRequest(new X500DistinguishedName(Subject), rsa, issuer.Hash, RSASignaturePadding.Pkcs1),
            _ => throw new InvalidOperationException(),
        };
        if (IsAuthority is { } isAuthority)
        {
            request.CertificateExtensions.Add(
                new X509BasicConstraintsExtension(isAuthority, PathLength is not null, PathLength ?? 0, AreConstraintsCritical));
        }

        if (KeyUsage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, IsUsageCritical));
        }

        if (Usages.Count > 0)
        {
            var oids = new OidCollection();
            Usages.ForEach(u => oids.Add(new Oid(u)));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        Extensions.ForEach(request.CertificateExtensions.Add);
        var generator = issuer.Key switch
        {
            ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
            RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
            _ => throw new InvalidOperationException(),
        };
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 0x22;
        using var certificate = request.Create(new X500DistinguishedName(issuer.Subject), generator, From, To, serial);
        return certificate.RawData;
    }
}
