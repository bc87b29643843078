using System.Text;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Tests.Envelopes;

/// <summary>Bytes that are no envelope or almost one, each with a part of the expected message.</summary>
internal static class HostileEnvelopes
{
    private const string Good = """{"payload":"AAE=","payloadType":"t","signatures":[{"keyid":"k","sig":"AAE="}]}""";

    public static IReadOnlyDictionary<string, (byte[] Json, string Words)> All { get; } = new Dictionary<string, (byte[], string)>
    {
        ["empty"] = Case("", "not valid JSON"),
        ["null"] = Case("null", "null"),
        ["a number"] = Case("1", "not valid JSON"),
        ["an array"] = Case($"[{Good}]", "not valid JSON"),
        ["cut"] = Case(Good[..^1], "not valid JSON"),
        ["trailing bytes"] = Case(Good + "x", "not valid JSON"),
        ["a second document"] = Case(Good + Good, "not valid JSON"),
        ["trailing NUL"] = Case(Good + "\0", "not valid JSON"),
        ["byte order mark"] = Case("\uFEFF" + Good, "not valid JSON"),
        ["comment"] = Case("/**/" + Good, "not valid JSON"),
        ["trailing comma"] = Case(Good.Replace("]}", "],}", StringComparison.Ordinal), "not valid JSON"),
        ["payload twice"] = Case(Good.Replace("{\"payload\"", "{\"payload\":\"AA==\",\"payload\"", StringComparison.Ordinal), "appears twice"),
        ["payload twice, other case"] =
            Case(Good.Replace("{\"payload\"", "{\"Payload\":\"AA==\",\"payload\"", StringComparison.Ordinal), "appears twice"),
        ["payload twice, escaped"] =
            Case(Good.Replace("{\"payload\"", "{\"p\\u0061yload\":\"AA==\",\"payload\"", StringComparison.Ordinal), "appears twice"),
        ["sig twice"] = Case(Good.Replace("\"sig\"", "\"sig\":\"AA==\",\"sig\"", StringComparison.Ordinal), "appears twice"),
        ["member in other case"] = Case(Good.Replace("\"payloadType\"", "\"payloadtype\"", StringComparison.Ordinal), "not valid JSON"),
        ["no payload"] = Case("""{"payloadType":"t","signatures":[{"sig":"AA=="}]}""", "not valid JSON"),
        ["payload is null"] = Case(Good.Replace("\"AAE=\",\"payloadType\"", "null,\"payloadType\"", StringComparison.Ordinal), "not valid JSON"),
        ["payload is an object"] = Case(Good.Replace("\"AAE=\",\"payloadType\"", "{},\"payloadType\"", StringComparison.Ordinal), "not valid JSON"),
        ["payload with a line break"] = Payload("AA\\nE="),
        ["payload with a blank"] = Payload("AAE= "),
        ["payload of the URL alphabet"] = Payload("_-8="),
        ["payload without padding"] = Payload("AAE"),
        ["payload with too much padding"] = Payload("AAE=="),
        ["payload with stray bits"] = Payload("AAF="),
        ["payload with padding inside"] = Payload("AA==AAE="),
        ["payload with full-width letters"] = Payload("ＡＡＥ="),
        ["empty payload type"] = Case(Good.Replace("\"t\"", "\"\"", StringComparison.Ordinal), "payload type"),
        ["endless payload type"] = Case(Good.Replace("\"t\"", $"\"{new string('t', 300)}\"", StringComparison.Ordinal), "payload type"),
        ["no signatures"] = Signatures("[]", "0 signatures"),
        ["signatures are null"] = Signatures("null", "not valid JSON"),
        ["signatures are one object"] = Signatures("""{"sig":"AA=="}""", "not valid JSON"),
        ["a signature is null"] = Signatures("[null]", "signature 1"),
        ["a signature is empty"] = Signatures("""[{"sig":""}]""", "signature 1"),
        ["a signature has no sig"] = Signatures("""[{"keyid":"k"}]""", "not valid JSON"),
        ["the second signature has a line break"] = Signatures("""[{"sig":"AAE="},{"sig":"AAE=\r\n"}]""", "signature 2"),
        ["a signature of two kilobytes"] = Signatures($$"""[{"sig":"{{Convert.ToBase64String(new byte[2048])}}"}]""", "signature 1"),
        ["33 signatures"] = Signatures($"[{string.Join(',', Enumerable.Repeat("""{"sig":"AAE="}""", 33))}]", "33 signatures"),
        ["key id is a number"] = Signatures("""[{"sig":"AAE=","keyid":7}]""", "not valid JSON"),
        ["nesting bomb"] = Case(new string('[', 100_000), "not valid JSON"),
        ["nesting bomb in a skipped member"] = Case($$"""{"x":{{new string('[', 200)}}{{new string(']', 200)}}}""", "not valid JSON"),
        ["too large"] = Case(Good + new string(' ', DsseEnvelope.MaxBytes), "more than"),
        ["lone surrogate in a name"] = Case("""{"\ud800":1}""", "not valid JSON"),
        ["not UTF-8"] = ([.. "{\"payload\":\""u8, 0xff, 0xfe, .. "\"}"u8], "not valid JSON"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static (byte[] Json, string Words) Payload(string base64) =>
        Case(Good.Replace("{\"payload\":\"AAE=\"", $"{{\"payload\":\"{base64}\"", StringComparison.Ordinal), "canonical standard base64");

    private static (byte[] Json, string Words) Signatures(string json, string words) =>
        Case($$"""{"payload":"AAE=","payloadType":"t","signatures":{{json}}}""", words);

    private static (byte[] Json, string Words) Case(string json, string words) => (Encoding.UTF8.GetBytes(json), words);
}
