using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>The tests' own Sigstore instance: authorities, logs and a timestamp authority, and the trusted root that names them.</summary>
internal static class TestWorld
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    public static TestAuthority Authority { get; } = new("signers", "1.3.6.1.5.5.7.3.3");

    public static TestAuthority StrangeAuthority { get; } = new("strangers", "1.3.6.1.5.5.7.3.3");

    public static TestAuthority TimestampRoot { get; } = new("times", TestTimestamper.Timestamping);

    public static TestTimestamper Timestamper { get; } = new(TimestampRoot);

    public static TestTimestamper StrangeTimestamper { get; } = new(new TestAuthority("strange times", TestTimestamper.Timestamping));

    public static ECDsa CertificateLogKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static TestLog Rekor1 { get; } = new("rekor.example.com", "rekor.example.com - 2605736670972794746");

    public static TestLog Rekor2 { get; } = new("log2026.example.com", "log2026.example.com");

    public static TestLog StrangeLog { get; } = new("rekor.example.com", "rekor.example.com - 1");

    public static byte[] IdOf(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    public static JsonNode Root()
    {
        var root = new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            ["tlogs"] = new JsonArray(Log(Rekor1.Key, Rekor1.Name), Log(Rekor2.Key, Rekor2.Name)),
            ["certificateAuthorities"] = new JsonArray(AuthorityOf([Authority.Intermediate.RawData, Authority.Root.RawData])),
            ["ctlogs"] = new JsonArray(Log(CertificateLogKey, "ct.example.com")),
            ["timestampAuthorities"] = new JsonArray(
                AuthorityOf([Timestamper.Certificate, TimestampRoot.Intermediate.RawData, TimestampRoot.Root.RawData])),
        };
        return root;
    }

    public static JsonObject Log(ECDsa key, string name) => new()
    {
        ["baseUrl"] = $"https://{name}",
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            ["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z" },
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(IdOf(key)) },
    };

    public static JsonObject AuthorityOf(IEnumerable<byte[]> chain) => new()
    {
        ["subject"] = new JsonObject { ["organization"] = "example.com", ["commonName"] = "test" },
        ["uri"] = "https://authority.example.com",
        ["certChain"] = new JsonObject
        {
            ["certificates"] = new JsonArray([.. chain.Select(c => (JsonNode)new JsonObject { ["rawBytes"] = Convert.ToBase64String(c) })]),
        },
        ["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z" },
    };

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
