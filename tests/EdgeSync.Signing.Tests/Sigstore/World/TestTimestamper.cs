using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A timestamp authority's own key and certificate.</summary>
internal sealed class TestTimestamper
{
    public const string Timestamping = "1.3.6.1.5.5.7.3.8";

    public TestTimestamper(
        TestAuthority authority, AsymmetricAlgorithm? key = null, bool critical = true, string[]? usages = null, TimeSpan? lifetime = null)
    {
        Issuer = authority;
        Key = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = TestAuthority.Request("CN=timestamper", Key, isAuthority: false);
        var oids = new OidCollection();
        foreach (var usage in usages ?? [Timestamping])
        {
            oids.Add(new Oid(usage));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical));
        var end = TestAuthority.Start + (lifetime ?? TimeSpan.FromDays(3000));
        Certificate = authority.Issue(request, TestAuthority.Start, end, [7, .. RandomNumberGenerator.GetBytes(8)]);
    }

    public TestAuthority Issuer { get; }

    public AsymmetricAlgorithm Key { get; }

    public byte[] Certificate { get; }
}
