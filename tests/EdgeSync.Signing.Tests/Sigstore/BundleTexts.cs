using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

/// <summary>Texts that are no bundle, each with a part of the expected message.</summary>
internal static class BundleTexts
{
    public static IReadOnlyDictionary<string, (Func<byte[]> Make, string Words)> All { get; } = new Dictionary<string, (Func<byte[]>, string)>
    {
        ["empty"] = (() => [], "not valid JSON"),
        ["a list"] = (() => "[]"u8.ToArray(), "not an object"),
        ["null"] = (() => "null"u8.ToArray(), "not an object"),
        ["too large"] = (() => new byte[(8 * 1024 * 1024) + 1], "more than"),
        ["nesting bomb"] = (() => Encoding.ASCII.GetBytes(new string('[', 100_000)), "not valid JSON"),
        ["not UTF-8"] = (() => [.. "{\"mediaType\":\""u8, 0xff, .. "\"}"u8], "not valid JSON"),
        ["trailing bytes"] = Text(t => t + "x", "not valid JSON"),
        ["cut short"] = Text(t => t[..^1], "not valid JSON"),
        ["no media type"] = Node(b => b.AsObject().Remove("mediaType"), "mediaType is missing"),
        ["version 0.4"] = Node(b => b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json", "version 0.1, 0.2 or 0.3"),
        ["version with a blank"] = Node(b => b["mediaType"] = "application/vnd.dev.sigstore.bundle+json; version=0.3", "version 0.1, 0.2 or 0.3"),
        ["member twice"] = Text(t => t.Replace("{\"mediaType\"", "{\"mediaType\":\"x\",\"mediaType\"", StringComparison.Ordinal), "appears twice"),
        ["member in other case"] = Text(t => t.Replace("\"messageSignature\"", "\"MessageSignature\"", StringComparison.Ordinal), "unknown member"),
        ["member in snake case"] = Text(t => t.Replace("\"logIndex\"", "\"log_index\"", StringComparison.Ordinal), "unknown member"),
        ["unknown member"] = Node(b => b["extra"] = 1, "unknown member 'extra'"),
        ["unknown member deep inside"] = Node(b => b.Proof()["extra"] = 1, "unknown member 'extra'"),
        ["neither signature nor envelope"] = Node(b => b.AsObject().Remove("messageSignature"), "one of messageSignature"),
        ["signature and envelope"] = Node(b => b["dsseEnvelope"] = new JsonObject(), "one of messageSignature"),
        ["no material"] = Node(b => b.AsObject().Remove("verificationMaterial"), "verificationMaterial is missing"),
        ["neither certificate nor key"] = Node(b => b.Material().Remove("certificate"), "one of certificate"),
        ["certificate and key"] = Node(b => b.Material()["publicKey"] = new JsonObject { ["hint"] = "k" }, "one of certificate"),
        ["chain in version 0.3"] = Node(
            b =>
            {
                b.Material()["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(b.Material()["certificate"]!.DeepClone()) };
                b.Material().Remove("certificate");
            },
            "no chain"),
        ["single certificate in version 0.2"] = Node(b => b["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2", "has a chain"),
        ["empty chain"] = Old(b => b.Material()["x509CertificateChain"]!["certificates"] = new JsonArray(), "chain is empty"),
        ["chain with a root"] = Old(
            b => b.Material()["x509CertificateChain"]!["certificates"]!.AsArray().Add(
                new JsonObject { ["rawBytes"] = Convert.ToBase64String(TestWorld.Authority.Root.RawData) }),
            "has a root"),
        ["chain with a damaged certificate"] = Old(
            b => b.Material()["x509CertificateChain"]!["certificates"]!.AsArray().Add(new JsonObject { ["rawBytes"] = "AAAA" }), "damaged"),
        ["version 0.1 without a promise"] = Make(
            r => (r.MediaType, r.Promise) = ("application/vnd.dev.sigstore.bundle+json;version=0.1", false), "no inclusion promise"),
        ["version 0.2 without a proof"] = Make(
            r => (r.MediaType, r.Proof) = ("application/vnd.dev.sigstore.bundle+json;version=0.2", false), "no inclusion proof"),
        ["version 0.3 without a proof"] = Make(r => r.Proof = false, "no inclusion proof"),
        ["proof without a checkpoint"] = Node(b => b.Proof().Remove("checkpoint"), "no inclusion proof with a checkpoint"),
        ["proof with a short hash"] = Node(b => b.Proof()["hashes"]![0] = "AAAA", "32 bytes"),
        ["proof with 65 hashes"] = Node(
            b => b.Proof()["hashes"] = new JsonArray([.. Enumerable.Range(0, 65).Select(_ => (JsonNode)"AAAA")]), "more than 64"),
        ["nine log entries"] = Node(
            b =>
            {
                for (var i = 0; i < 8; i++)
                {
                    b.Material()["tlogEntries"]!.AsArray().Add(b.Entry().DeepClone());
                }
            },
            "more than 8"),
        ["log entries are no list"] = Node(b => b.Material()["tlogEntries"] = new JsonObject(), "not a list"),
        ["negative index"] = Node(b => b.Entry()["logIndex"] = "-1", "whole number"),
        ["index as a fraction"] = Node(b => b.Entry()["logIndex"] = 1.5, "whole number"),
        ["index with an exponent"] = Text(t => t.Replace("\"logIndex\":\"5\"", "\"logIndex\":5e0", StringComparison.Ordinal), "whole number"),
        ["index with leading zeros"] = Node(b => b.Entry()["logIndex"] = "05", "whole number"),
        ["index beyond 63 bits"] = Node(b => b.Entry()["logIndex"] = "9223372036854775808", "whole number"),
        ["index as an object"] = Node(b => b.Entry()["logIndex"] = new JsonObject(), "not a number"),
        ["no log id"] = Node(b => b.Entry().Remove("logId"), "logId is missing"),
        ["empty body"] = Node(b => b.Entry()["canonicalizedBody"] = "", "canonicalizedBody is missing"),
        ["empty signature"] = Node(b => b["messageSignature"]!["signature"] = "", "signature is missing"),
        ["signature with a line break"] = Signature(s => s + "\n"),
        ["signature with a blank"] = Signature(s => " " + s),
        ["signature with stray bits"] = Signature(_ => "AAF="),
        ["signature of mixed alphabets"] = Signature(_ => "+_AA"),
        ["signature with padding inside"] = Signature(_ => "AA==AAAA"),
        ["signature is a number"] = Node(b => b["messageSignature"]!["signature"] = 1, "not text"),
        ["envelope with two signatures"] = Envelope(b => Signatures(b).Add(Signatures(b)[0]!.DeepClone())),
        ["envelope without signatures"] = Envelope(b => Signatures(b).Clear()),
        ["nine timestamps"] = Node(
            b => b.Material()["timestampVerificationData"] = new JsonObject
            {
                ["rfc3161Timestamps"] = new JsonArray(
                    [.. Enumerable.Range(0, 9).Select(_ => (JsonNode)new JsonObject { ["signedTimestamp"] = "AAAA" })]),
            },
            "more than 8"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static JsonArray Signatures(JsonNode bundle) => bundle["dsseEnvelope"]!["signatures"]!.AsArray();

    private static (Func<byte[]>, string) Envelope(Action<JsonNode> change) => (
        () =>
        {
            var bundle = new BundleRecipe { AsEnvelope = true, Entry = "dsse 0.0.1" }.Make();
            change(bundle);
            return TestWorld.Bytes(bundle);
        },
        "exactly one");

    private static (Func<byte[]>, string) Signature(Func<string, string> change) => Node(
        b => b["messageSignature"]!["signature"] = change(b["messageSignature"]!["signature"]!.GetValue<string>()), "not base64 in canonical form");

    private static (Func<byte[]>, string) Text(Func<string, string> change, string words) =>
        (() => Encoding.UTF8.GetBytes(change(new BundleRecipe().Make().ToJsonString())), words);

    private static (Func<byte[]>, string) Node(Action<JsonNode> change, string words) => (
        () =>
        {
            var bundle = new BundleRecipe().Make();
            change(bundle);
            return TestWorld.Bytes(bundle);
        },
        words);

    private static (Func<byte[]>, string) Old(Action<JsonNode> change, string words) => (
        () =>
        {
            var bundle = new BundleRecipe { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2" }.Make();
            change(bundle);
            return TestWorld.Bytes(bundle);
        },
        words);

    private static (Func<byte[]>, string) Make(Action<BundleRecipe> change, string words) => (
        () =>
        {
            var recipe = new BundleRecipe();
            change(recipe);
            return TestWorld.Bytes(recipe.Make());
        },
        words);
}
