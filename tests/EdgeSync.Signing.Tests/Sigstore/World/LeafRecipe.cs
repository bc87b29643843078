using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A signer's certificate as Fulcio writes it; a case can change every part.</summary>
internal sealed class LeafRecipe
{
    public const string Subject = "https://github.com/shop/app/.github/workflows/release.yml@refs/tags/v1";
    public const string Issuer = "https://token.actions.example.com";

    public string Usage { get; set; } = "1.3.6.1.5.5.7.3.3";

    public bool IsAuthority { get; set; }

    public X509KeyUsageFlags? KeyUsage { get; set; }

    public Action<AsnWriter>? Names { get; set; } = writer => Uri(writer, Subject);

    public string? NewIssuer { get; set; } = Issuer;

    public string? OldIssuer { get; set; } = Issuer;

    public DateTimeOffset From { get; set; } = TestWorld.Now.AddMinutes(-1);

    public DateTimeOffset To { get; set; } = TestWorld.Now.AddMinutes(9);

    public DateTimeOffset LoggedAt { get; set; } = TestWorld.Now;

    public ECDsa CertificateLog { get; set; } = TestWorld.CertificateLogKey;

    public byte[] CertificateLogId { get; set; } = TestWorld.IdOf(TestWorld.CertificateLogKey);

    public byte[] LogExtensions { get; set; } = [];

    public byte LogHash { get; set; } = 4;

    public X509Certificate2? LoggedIssuer { get; set; }

    public bool Logged { get; set; } = true;

    public Func<byte[], byte[]> ChangeList { get; set; } = list => list;

    public static void Uri(AsnWriter writer, string uri) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));

    public static void Email(AsnWriter writer, string email) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, email, new Asn1Tag(TagClass.ContextSpecific, 1));

    public static void Dns(AsnWriter writer, string name) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));

    public static void Username(AsnWriter writer, string name, string oid = "1.3.6.1.4.1.57264.1.7")
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        using (writer.PushSequence(tag))
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSequence(tag))
            {
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, name);
            }
        }
    }

    public byte[] Issue(AsymmetricAlgorithm key, TestAuthority authority)
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 0x11;
        var before = authority.Issue(Request(key), From, To, serial);
        if (!Logged)
        {
            return before;
        }

        // The log signs the certificate without the list of timestamps. The recipe issues it twice and removes nothing.
        var request = Request(key);
        var list = ChangeList(List(Promise(Body(before), LoggedIssuer ?? authority.Intermediate)));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(list);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.11129.2.4.2", writer.Encode(), critical: false));
        return authority.Issue(request, From, To, serial);
    }

    private CertificateRequest Request(AsymmetricAlgorithm key)
    {
        var request = TestAuthority.Request("CN=", key, IsAuthority);
        request = Rename(request, key);
        if (KeyUsage is { } usage)
        {
            request.CertificateExtensions.RemoveAt(1);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Usage)], critical: false));
        if (Names is { } names)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                names(writer);
            }

            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", writer.Encode(), critical: true));
        }

        if (OldIssuer is { } old)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.57264.1.1", Encoding.UTF8.GetBytes(old), critical: false));
        }

        if (NewIssuer is { } issuer)
        {
            request.CertificateExtensions.Add(Claim(8, issuer));
        }

        request.CertificateExtensions.Add(Claim(12, "https://github.com/shop/app"));
        return request;
    }

    // Fulcio's certificates have an empty subject.
    private static CertificateRequest Rename(CertificateRequest request, AsymmetricAlgorithm key)
    {
        var name = new X500DistinguishedName([0x30, 0x00]);
        var renamed = key switch
        {
            ECDsa ecdsa => new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256),
            RSA rsa => new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };
        foreach (var extension in request.CertificateExtensions)
        {
            renamed.CertificateExtensions.Add(extension);
        }

        return renamed;
    }

    private static X509Extension Claim(int number, string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
        return new X509Extension($"1.3.6.1.4.1.57264.1.{number}", writer.Encode(), critical: false);
    }

    private static byte[] Body(byte[] certificate) =>
        new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();

    private byte[] Promise(byte[] body, X509Certificate2 issuer)
    {
        var time = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, LoggedAt.ToUnixTimeMilliseconds());
        byte[] extensions = [(byte)(LogExtensions.Length >> 8), (byte)LogExtensions.Length, .. LogExtensions];
        byte[] signed =
        [
            0, 0, .. time, 0, 1, .. SHA256.HashData(issuer.PublicKey.ExportSubjectPublicKeyInfo()),
            (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body, .. extensions,
        ];
        var signature = CertificateLog.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return [0, .. CertificateLogId, .. time, .. extensions, LogHash, 3, .. Vector(signature)];
    }

    private static byte[] List(byte[] promise) => Vector(Vector(promise));

    private static byte[] Vector(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
