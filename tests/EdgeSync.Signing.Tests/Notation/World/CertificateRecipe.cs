using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation.World;

/// <summary>One certificate; a case can change every part.</summary>
internal sealed class CertificateRecipe
{
    public required string Subject { get; set; }

    /// <summary>DER that replaces the subject.</summary>
    public byte[]? Name { get; set; }

    public required AsymmetricAlgorithm Key { get; set; }

    public bool? IsAuthority { get; set; }

    public bool AreConstraintsCritical { get; set; } = true;

    public int? PathLength { get; set; }

    public X509KeyUsageFlags? KeyUsage { get; set; } = X509KeyUsageFlags.DigitalSignature;

    public bool IsUsageCritical { get; set; } = true;

    public List<string> Usages { get; } = [];

    public DateTimeOffset From { get; set; } = TestWorld.Now.AddDays(-30);

    public DateTimeOffset To { get; set; } = TestWorld.Now.AddDays(30);

    public bool SignsWithSha1 { get; set; }

    public List<X509Extension> Extensions { get; } = [];

    public static CertificateRecipe Authority(string subject, AsymmetricAlgorithm key) =>
        new() { Subject = subject, Key = key, IsAuthority = true, KeyUsage = X509KeyUsageFlags.KeyCertSign };

    /// <summary>Issued by another one, or by itself.</summary>
    public byte[] Issue(CertificateRecipe issuer)
    {
        var name = Name is null ? new X500DistinguishedName(Subject) : new X500DistinguishedName(Name);
        var request = Key switch
        {
            ECDsa ecdsa => new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256),
            RSA rsa => new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
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
            ECDsa ecdsa when issuer.SignsWithSha1 => new Sha1Generator(ecdsa),
            ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
            RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
            _ => throw new InvalidOperationException(),
        };
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 0x22;
        using var certificate = request.Create(new X500DistinguishedName(issuer.Subject), generator, From, To, serial);
        return certificate.RawData;
    }

#pragma warning disable CA5350 // The tests create what the verifier must refuse.
    private sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.4.1");
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
#pragma warning restore CA5350
}
