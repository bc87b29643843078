using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

/// <summary>Texts that are no trusted root, each with a part of the expected message.</summary>
internal static class RootTexts
{
    public static IReadOnlyDictionary<string, (Func<byte[]> Make, string Words)> All { get; } = new Dictionary<string, (Func<byte[]>, string)>
    {
        ["empty"] = (() => [], "not valid JSON"),
        ["too large"] = (() => new byte[(1024 * 1024) + 1], "more than"),
        ["no media type"] = Node(r => r.AsObject().Remove("mediaType"), "mediaType is missing"),
        ["another media type"] = Node(r => r["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.9", "version 0.1 or 0.2"),
        ["member twice"] = Text(t => t.Replace("{\"mediaType\"", "{\"tlogs\":[],\"mediaType\"", StringComparison.Ordinal), "appears twice"),
        ["member in other case"] = Text(t => t.Replace("\"tlogs\"", "\"TLogs\"", StringComparison.Ordinal), "spelled 'tlogs'"),
        ["end in other case"] = Node(r => r.Period("tlogs")["End"] = "2026-01-01T00:00:00Z", "spelled 'end'"),
        ["log without a period"] = Node(r => r.Log()["publicKey"]!.AsObject().Remove("validFor"), "validFor is missing"),
        ["log without a start"] = Node(r => r.Period("tlogs").Remove("start"), "start is missing"),
        ["authority without a start"] = Node(r => r.Period("certificateAuthorities").Remove("start"), "start is missing"),
        ["timestamp authority without a period"] = Node(r => r["timestampAuthorities"]![0]!.AsObject().Remove("validFor"), "validFor is missing"),
        ["start that is null"] = Node(r => r.Period("ctlogs")["start"] = null, "start is missing"),
        ["start that is no time"] = Node(r => r.Period("ctlogs")["start"] = "yesterday", "not a time"),
        ["start in another zone"] = Node(r => r.Period("ctlogs")["start"] = "2026-01-01T00:00:00+01:00", "not a time"),
        ["start on no day"] = Node(r => r.Period("ctlogs")["start"] = "2026-02-30T00:00:00Z", "not a time"),
        ["end before start"] = Node(r => r.Period("ctlogs")["end"] = "2025-01-01T00:00:00Z", "before its start"),
        ["log without an id"] = Node(r => r.Log().Remove("logId"), "logId is missing"),
        ["log with an id of three bytes"] = Node(r => r.Log()["logId"]!["keyId"] = "AAAA", "shorter than four"),
        ["log without a key"] = Node(r => r.Log().Remove("publicKey"), "publicKey is missing"),
        ["log with another hash"] = Node(r => r.Log()["hashAlgorithm"] = "SHA2_512", "not SHA2_256"),
        ["authority without certificates"] = Node(
            r => r["certificateAuthorities"]![0]!["certChain"]!["certificates"] = new JsonArray(), "has no certificates"),
        ["authority with a damaged certificate"] = Node(
            r => r["certificateAuthorities"]![0]!["certChain"]!["certificates"]![0]!["rawBytes"] = "AAAA", "damaged"),
        ["authority with a certificate in PEM"] = Node(
            r => r["certificateAuthorities"]![0]!["certChain"]!["certificates"]![0]!["rawBytes"] =
                Convert.ToBase64String(Encoding.ASCII.GetBytes(TestWorld.Authority.Root.ExportCertificatePem())),
            "damaged"),
        ["65 logs"] = Node(
            r => r["tlogs"] = new JsonArray([.. Enumerable.Range(0, 65).Select(_ => (JsonNode)new JsonObject())]), "more than 64"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static (Func<byte[]>, string) Text(Func<string, string> change, string words) =>
        (() => Encoding.UTF8.GetBytes(change(TestWorld.Root().ToJsonString())), words);

    private static (Func<byte[]>, string) Node(Action<JsonNode> change, string words) => (
        () =>
        {
            var root = TestWorld.Root();
            change(root);
            return TestWorld.Bytes(root);
        },
        words);
}
