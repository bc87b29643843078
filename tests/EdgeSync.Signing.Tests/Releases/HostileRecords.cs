using System.Text.Json.Nodes;
using static EdgeSync.Signing.Tests.Releases.ReleaseFixture;

namespace EdgeSync.Signing.Tests.Releases;

/// <summary>Payloads that enough keys have signed but that a site must refuse, each with a part of the expected message.</summary>
internal static class HostileRecords
{
    public static IReadOnlyDictionary<string, (string Payload, string Words)> All { get; } = new Dictionary<string, (string, string)>
    {
        ["empty"] = ("", "not a release record"),
        ["null"] = ("null", "null"),
        ["an array"] = ("[]", "not a release record"),
        ["trailing bytes"] = (Json(Good) + "{}", "not a release record"),
        ["channel twice"] = (Json(Good).Replace("{\"schema\"", "{\"channel\":\"beta\",\"schema\"", StringComparison.Ordinal), "appears twice"),
        ["channel twice, other case"] =
            (Json(Good).Replace("{\"schema\"", "{\"Channel\":\"beta\",\"schema\"", StringComparison.Ordinal), "appears twice"),
        ["no channel"] = (Without("channel"), "not a release record"),
        ["no sequence"] = (Without("sequence"), "not a release record"),
        ["no bundle"] = (Without("bundle"), "not a release record"),
        ["no expiry"] = (Without("expiresAt"), "not a release record"),
        ["schema of the future"] = (With("schema", "\"edgesync.dev/release/v2\""), "schema"),
        ["schema null"] = (With("schema", "null"), "not a release record"),
        ["channel is no name"] = (With("channel", "\"../stable\""), "is no name"),
        ["channel is empty"] = (With("channel", "\"\""), "is no name"),
        ["sequence 0"] = (With("sequence", "0"), "is not between"),
        ["sequence -1"] = (With("sequence", "-1"), "is not between"),
        ["sequence 2^53 + 1"] = (With("sequence", "9007199254740993"), "is not between"),
        ["sequence 2^63"] = (With("sequence", "9223372036854775808"), "not a release record"),
        ["sequence as float"] = (With("sequence", "42.0"), "not a release record"),
        ["sequence with exponent"] = (With("sequence", "4e1"), "not a release record"),
        ["sequence as text"] = (With("sequence", "\"42\""), "not a release record"),
        ["sequence null"] = (With("sequence", "null"), "not a release record"),
        ["digest upper case"] = (WithBundle("digest", $"\"sha256:{new string('A', 64)}\""), "not a release record"),
        ["digest sha512"] = (WithBundle("digest", $"\"sha512:{new string('a', 128)}\""), "not a release record"),
        ["digest short"] = (WithBundle("digest", "\"sha256:abc\""), "not a release record"),
        ["digest empty"] = (WithBundle("digest", "\"\""), "not a release record"),
        ["bundle name with a path"] = (WithBundle("name", "\"../etc\""), "is no name"),
        ["bundle version empty"] = (WithBundle("version", "\"\""), "version"),
        ["bundle version with a line break"] = (WithBundle("version", "\"1\\n2\""), "version"),
        ["bundle version endless"] = (WithBundle("version", $"\"{new string('1', 200)}\""), "version"),
        ["bundle repository as URL"] = (WithBundle("repository", "\"file:///etc\""), "repository"),
        ["expires before it was issued"] = (With("expiresAt", "\"2020-01-01T00:00:00Z\""), "expires before it was issued"),
        ["expires before it comes into force"] = (With("notBefore", "\"2027-06-01T00:00:00Z\""), "expires before it comes into force"),
        ["time without an offset"] = (With("expiresAt", "\"2027-01-01T00:00:00\""), "not a release record"),
        ["time as a number"] = (With("expiresAt", "1798761600"), "not a release record"),
        ["value null"] = (With("values", """{"A":null}"""), "a value is null"),
        ["value without a name"] = (With("values", """{"":"x"}"""), "a value is null"),
        ["value endless"] = (With("values", $$"""{"A":"{{new string('x', 5000)}}"}"""), "a value is null"),
        ["selector requirement null"] = (With("sites", """{"matchExpressions":[null]}"""), "empty requirement"),
        ["selector In without values"] = (With("sites", """{"matchExpressions":[{"key":"a","operator":"In"}]}"""), "do not fit"),
        ["selector NotIn of nothing"] = (With("sites", """{"matchExpressions":[{"key":"a","operator":"NotIn","values":[]}]}"""), "do not fit"),
        ["selector Exists with values"] =
            (With("sites", """{"matchExpressions":[{"key":"a","operator":"Exists","values":["x"]}]}"""), "do not fit"),
        ["selector operator unknown"] = (With("sites", """{"matchExpressions":[{"key":"a","operator":"Like"}]}"""), "not a release record"),
        ["selector operator as number"] =
            (With("sites", """{"matchExpressions":[{"key":"a","operator":7,"values":["x"]}]}"""), "do not fit"),
        ["selector label null"] = (With("sites", """{"matchLabels":{"a":null}}"""), "empty or too long label"),
        ["selector labels null"] = (With("sites", """{"matchLabels":null}"""), "not a release record"),
        ["selector is text"] = (With("sites", "\"ring=1\""), "not a release record"),
        ["agent version unreadable"] = (With("minimumAgent", "\"latest\""), "is no version"),
        ["agent version of four numbers"] = (With("minimumAgent", "\"1.2.3.4\""), "is no version"),
        ["agent version with leading zero"] = (With("minimumAgent", "\"1.02.3\""), "is no version"),
        ["rollback without a reason"] = (With("rollback", """{"to":"1"}"""), "not a release record"),
        ["rollback to nothing"] = (With("rollback", """{"to":"","reason":"r"}"""), "rollback notice"),
        ["allowDestructive as text"] = (With("allowDestructive", "\"true\""), "not a release record"),
        ["allowDestructive as number"] = (With("allowDestructive", "1"), "not a release record"),
        ["allowPrune as a map"] = (With("allowPrune", """{"kinds":["ConfigMap"],"max":1}"""), "not a release record"),
        ["allowPrune with a null"] = (With("allowPrune", "[null]"), "entry of allowPrune"),
        ["allowPrune without kinds"] = (With("allowPrune", """[{"kinds":[],"max":1}]"""), "names 1 to 64 kinds"),
        ["allowPrune of a null"] = (With("allowPrune", """[{"kinds":[null],"max":1}]"""), "names 1 to 64 kinds"),
        ["allowPrune of no kind"] = (With("allowPrune", """[{"kinds":["*"],"max":1}]"""), "names 1 to 64 kinds"),
        ["allowPrune of nothing"] = (With("allowPrune", """[{"kinds":["ConfigMap"],"max":0}]"""), "allows 1 to"),
        ["allowPrune without max"] = (With("allowPrune", """[{"kinds":["ConfigMap"]}]"""), "not a release record"),
        ["too large"] = (Json(Good) + new string(' ', 65_536), "more than"),
        ["nesting bomb"] = (With("more", new string('[', 100) + new string(']', 100)), "not a release record"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static string Without(string member)
    {
        var json = JsonNode.Parse(Json(Good))!.AsObject();
        json.Remove(member);
        return json.ToJsonString();
    }

    // Edited as text, because the fault is often how a number is written.
    private static string With(string member, string value) => Splice(Without(member), 1, member, value);

    private static string WithBundle(string member, string value)
    {
        var json = JsonNode.Parse(Json(Good))!.AsObject();
        json["bundle"]!.AsObject().Remove(member);
        var text = json.ToJsonString();
        return Splice(text, text.IndexOf("\"bundle\":{", StringComparison.Ordinal) + "\"bundle\":{".Length, member, value);
    }

    private static string Splice(string json, int at, string member, string value) => json.Insert(at, $"\"{member}\":{value},");
}
