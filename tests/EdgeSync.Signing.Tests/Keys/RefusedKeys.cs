using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>Files that are not public keys that a site may trust, each with a part of the expected message.</summary>
internal static class RefusedKeys
{
    public static IReadOnlyDictionary<string, (Func<string> Pem, string Words)> All { get; } = new Dictionary<string, (Func<string>, string)>
    {
        ["empty"] = (() => "", "no PEM block"),
        ["not PEM"] = (() => "hello", "no PEM block"),
        ["private key"] = (() => TestKeys.First.ToPem(null), "holds a PRIVATE KEY"),
        ["certificate"] = (Certificate, "holds a CERTIFICATE"),
        ["two keys"] = (() => TestKeys.First.PublicKey.ToPem() + TestKeys.Second.PublicKey.ToPem(), "more than one PEM block"),
        ["Ed25519 without a signer"] = (() => PublicKeyForms.Pem(PublicKeyForms.WithOid("1.3.101.112", new byte[32])), "no Ed25519 key"),
        ["RSA of 1024 bits"] = (() => Export(RSA.Create(1024)), "1024 bits"),
        ["P-521"] = (() => Export(ECDsa.Create(ECCurve.NamedCurves.nistP521)), "its curve is P-521"),
        ["secp256k1"] = (() => Export(ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"))), "neither P-256 nor P-384"),
        ["explicit curve"] = (ExplicitCurve, "explicit parameters"),
        ["RSA-PSS only"] = (() => PublicKeyForms.Pem(PublicKeyForms.WithOid("1.2.840.113549.1.1.10", new byte[270])), "its algorithm"),
        ["curve without a point"] = (() => PublicKeyForms.Pem(PublicKeyForms.WithOid("1.2.840.10045.2.1", [4])), "curve has no name"),
        ["not ASN.1"] = (() => PublicKeyForms.Pem([1, 2, 3, 4]), "damaged"),
        ["trailing byte"] = (() => PublicKeyForms.Pem([.. Der(TestKeys.First.PublicKey.ToPem()), 0]), "damaged"),
        ["point off the curve"] = (() => PublicKeyForms.Pem(FlipLast(Der(TestKeys.First.PublicKey.ToPem()))), "damaged"),
        ["too large"] = (() => PublicKeyForms.Pem(new byte[5000]), "more than any key needs"),
        ["far too large"] = (() => new string('x', 100_000), "larger than any key"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private static byte[] FlipLast(byte[] der) => [.. der[..^1], (byte)(der[^1] ^ 1)];

    private static string Export(AsymmetricAlgorithm key)
    {
        using (key)
        {
            return key.ExportSubjectPublicKeyInfoPem();
        }
    }

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(start, start.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private static string ExplicitCurve()
    {
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Export(ECDsa.Create(named.ExportExplicitParameters(includePrivateParameters: false)));
    }
}
