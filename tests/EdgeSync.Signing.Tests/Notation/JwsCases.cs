using System.Text.Json.Nodes;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>What can be wrong with JWS alone: its JSON, its base64, and the forms of it that the specification does not use.</summary>
internal static class JwsCases
{
    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["a list"] = Text("not an object", _ => "[]"),
        ["compact form"] = Text("not valid JSON", _ => "e30.e30.e30"),
        ["general form with a list of signatures"] = Node("unknown member 'signatures'", e => e["signatures"] = new JsonArray()),
        ["unknown member"] = Node("unknown member 'extra'", e => e["extra"] = 1),
        ["member twice"] = Text("appears twice", t => t.Replace("{\"payload\"", "{\"payload\":\"e30\",\"payload\"", StringComparison.Ordinal)),
        ["member in other case"] = Text("unknown member 'Payload'", t => t.Replace("\"payload\"", "\"Payload\"", StringComparison.Ordinal)),
        ["nesting bomb"] = Text("not valid JSON", _ => new string('[', 60_000)),
        ["no payload"] = Node("payload is missing", e => e.AsObject().Remove("payload")),
        ["no protected header"] = Node("protected is missing", e => e.AsObject().Remove("protected")),
        ["no header"] = Node("header is missing", e => e.AsObject().Remove("header")),
        ["no signature member"] = Node("signature is missing", e => e.AsObject().Remove("signature")),
        ["payload that is null"] = Node("payload is not text", e => e["payload"] = null),
        ["payload of another envelope"] = Node("not one of the envelope", e => e["payload"] = "e30"),
        ["payload with padding"] = Node("payload is not base64url", e => e["payload"] = (string)e["payload"]! + "="),
        ["payload with a line end"] = Node("payload is not base64url", e => e["payload"] = ((string)e["payload"]!).Insert(4, "\n")),
        ["protected header in the other alphabet"] = Node("protected header is not base64url", e => e["protected"] = "e+/="),
        ["signature with stray bits"] = Node("signature is not base64url", e => e["signature"] = Stray((string)e["signature"]!)),
        ["certificate in the URL alphabet"] = Node("certificate is not base64", e => e["header"]!["x5c"]![0] = "MII_-A=="),
        ["certificate with a line end"] = Node(
            "certificate is not base64", e => e["header"]!["x5c"]![0] = ((string)e["header"]!["x5c"]![0]!).Insert(64, "\n")),
        ["certificates that are one text"] = Node("x5c is not a list", e => e["header"]!["x5c"] = (string)e["header"]!["x5c"]![0]!),
        ["certificate that is a number"] = Node("x5c is not text", e => e["header"]!["x5c"]![0] = 1),
        ["algorithm in the unprotected header"] = Node("unknown member 'alg'", e => e["header"]!["alg"] = "ES256"),
        ["critical headers in the unprotected header"] = Node("unknown member 'crit'", e => e["header"]!["crit"] = new JsonArray()),
        ["expiry in the unprotected header"] = Node(
            "unknown member 'io.cncf.notary.expiry'", e => e["header"]![EnvelopeRecipe.Prefix + "expiry"] = "2030-01-01T00:00:00Z"),
        ["agent without end"] = Node("is longer than", e => e["header"]![EnvelopeRecipe.Prefix + "signingAgent"] = new string('a', 257)),
        ["protected header that is a list"] = Protected("protected header is not an object", _ => "[]"),
        ["protected header that is empty"] = Protected("protected header is not valid JSON", _ => ""),
        ["protected header with a member twice"] = Protected("appears twice", t => "{\"alg\":\"none\"," + t[1..]),
        ["protected header with an algorithm in other case"] = Protected("appears twice", t => "{\"Alg\":\"none\"," + t[1..]),
        ["no algorithm member"] = Header("alg is missing", h => h.AsObject().Remove("alg")),
        ["algorithm in other case"] = Header("alg is missing", h =>
        {
            h.AsObject().Remove("alg");
            h["ALG"] = "ES256";
        }),
        ["algorithm that is a number"] = Header("alg is not text", h => h["alg"] = -7),
        ["no content type"] = Header("cty is missing", h => h.AsObject().Remove("cty")),
        ["no critical headers"] = Header("crit is missing", h => h.AsObject().Remove("crit")),
        ["empty list of critical headers"] = Header("crit is not a list", h => h["crit"] = new JsonArray()),
        ["critical headers that are one text"] = Header("crit is not a list", h => h["crit"] = EnvelopeRecipe.Prefix + "signingScheme"),
        ["critical header that is null"] = Header("crit is not text", h => h["crit"]!.AsArray().Add(null)),
        ["algorithm as a critical header"] = Header("'alg' is not known", h => h["crit"]!.AsArray().Add((JsonNode)"alg")),
        ["payload that is not encoded"] = Header("'b64', which has no place", h => h["b64"] = false),
        ["key in the header"] = Header("'jwk', which has no place", h => h["jwk"] = new JsonObject()),
        ["key to be fetched"] = Header("'jku', which has no place", h => h["jku"] = "https://keys.example.com"),
        ["certificates to be fetched"] = Header("'x5u', which has no place", h => h["x5u"] = "https://keys.example.com"),
        ["certificates that are signed"] = Header("'x5c', which has no place", h => h["x5c"] = new JsonArray()),
        ["headers without end"] = Header("more than 32", h =>
        {
            for (var i = 0; i < 32; i++)
            {
                h[$"com.example.{i}"] = i;
            }
        }),
        ["signing time without an offset"] = Time("2026-11-21T01:00:00"),
        ["signing time with a blank"] = Time("2026-11-21 01:00:00Z"),
        ["signing time as a number"] = Header("signingTime is not text", h => h[EnvelopeRecipe.Prefix + "signingTime"] = 1),
        ["signing time on a day that is none"] = Time("2026-02-30T01:00:00Z"),
        ["signing time as HTTP writes it"] = Time("Sat, 21 Nov 2026 01:00:00 GMT"),
        ["expiry that is null"] = Header("expiry is not text", h =>
        {
            h[EnvelopeRecipe.Prefix + "expiry"] = null;
            h["crit"]!.AsArray().Add((JsonNode)(EnvelopeRecipe.Prefix + "expiry"));
        }),
    };

    private static NotationCase Text(string words, Func<string, string> change) => Is(
        words, r => r.Change = e => System.Text.Encoding.UTF8.GetBytes(change(System.Text.Encoding.UTF8.GetString(e))));

    private static NotationCase Node(string words, Action<JsonNode> change) => Is(words, r => r.ChangeJws = change);

    private static NotationCase Header(string words, Action<JsonNode> change) => Is(words, r => r.ChangeHeader = change);

    private static NotationCase Protected(string words, Func<string, string> change) => Is(words, r => r.ChangeProtectedText = change);

    private static NotationCase Time(string time) => Header("not a time as RFC 3339", h => h[EnvelopeRecipe.Prefix + "signingTime"] = time);

    private static NotationCase Is(string words, Action<EnvelopeRecipe> recipe) =>
        new(NotationCheckKind.Integrity, words) { Recipe = recipe, Only = NotationCase.Jws };

    // 64 bytes end with a digit of which only two bits count.
    private static string Stray(string text) => text[..^1] + (char)(text[^1] + 1);
}
