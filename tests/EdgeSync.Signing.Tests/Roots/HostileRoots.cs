using System.Text.Json.Nodes;
using EdgeSync.Contracts.Trust;
using static EdgeSync.Signing.Tests.Roots.RootFixture;

namespace EdgeSync.Signing.Tests.Roots;

/// <summary>Roots that enough keys have signed but that a site must refuse, each with the reason and a part of the expected message.</summary>
internal static class HostileRoots
{
    private const string P224 = "ME4wEAYHKoZIzj0CAQYFK4EEACEDOgAEtwzhT2xPVmmNcYTFfVH0dhjNTpmEVBVfzgYFBXTIHYxVhUu8sM8wlVSlbDnMxPEVANMOdxkVLxw=";

    public static IReadOnlyDictionary<string, (string Payload, string Reason, string Words)> All { get; } = new Dictionary<string, (string, string, string)>
    {
        ["empty"] = Bad("", "trust root"),
        ["null"] = Bad("null", "null"),
        ["an array"] = Bad("[]", "trust root"),
        ["trailing bytes"] = Bad(Json(Root(2)) + "{}", "trust root"),
        ["version twice"] = Bad(Json(Root(2)).Replace("{\"schema\"", "{\"version\":3,\"schema\"", StringComparison.Ordinal), "appears twice"),
        ["version twice, other case"] = Bad(Json(Root(2)).Replace("{\"schema\"", "{\"Version\":3,\"schema\"", StringComparison.Ordinal), "appears twice"),
        ["schema of the future"] = Bad(With("schema", "\"edgesync.dev/trust-root/v2\""), "schema"),
        ["no fleet"] = Bad(With("fleet", null), "fleet"),
        ["fleet is no name"] = Bad(With("fleet", "\"../retail\""), "is no name"),
        ["no version"] = Bad(With("version", null), "version"),
        ["version 0"] = Bad(With("version", "0"), "is not between"),
        ["version -1"] = Bad(With("version", "-1"), "is not between"),
        ["version 2^53 + 1"] = Bad(With("version", "9007199254740993"), "is not between"),
        ["version 2^63"] = Bad(With("version", "9223372036854775808"), "version"),
        ["version as float"] = Bad(With("version", "2.0"), "version"),
        ["version as text"] = Bad(With("version", "\"2\""), "version"),
        ["no expiry"] = Bad(With("expiresAt", null), "expiresAt"),
        ["expires before it was issued"] = Bad(With("expiresAt", "\"2020-01-01T00:00:00Z\""), "expires before"),
        ["time without an offset"] = Bad(With("expiresAt", "\"2027-01-01T00:00:00\""), "RFC 3339"),
        ["no root keys member"] = Bad(With("roots", null), "roots"),
        ["root keys null"] = Bad(With("roots", "null"), "roots"),
        ["no root keys"] = Bad(With("roots", """{"keys":[],"threshold":1}"""), "there are none"),
        ["a null key"] = Bad(With("roots", """{"keys":[null],"threshold":1}"""), "no name"),
        ["a key without a name"] = Bad(With("roots", """{"keys":[{"name":"","key":"AAAA"}],"threshold":1}"""), "no name"),
        ["a key's name with a line break"] = Bad(With("roots", """{"keys":[{"name":"a\nb","key":"AAAA"}],"threshold":1}"""), "control characters"),
        ["a key that is no base64"] = Bad(With("roots", """{"keys":[{"name":"k","key":"*"}],"threshold":1}"""), "base64"),
        ["a key that is junk"] = Bad(With("roots", """{"keys":[{"name":"k","key":"AAAA"}],"threshold":1}"""), "damaged"),
        ["a key on a weak curve"] = Bad(With("roots", $$"""{"keys":[{"name":"k","key":"{{P224}}"}],"threshold":1}"""), "curve"),
        ["threshold 0"] = Bad(With("roots", Roots(0)), "at least 1"),
        ["threshold negative"] = Bad(With("roots", Roots(-1)), "at least 1"),
        ["threshold out of reach"] = Bad(With("roots", Roots(4)), "threshold is 4"),
        ["threshold as text"] = Bad(With("roots", """{"keys":[],"threshold":"1"}"""), "threshold"),
        ["too many keys"] = Bad(With("releases", Many(33)), "more than 32"),
        ["no release keys"] = Bad(With("releases", """{"keys":[],"threshold":1}"""), "there are none"),
        ["no bundle keys"] = Bad(With("bundles", """{"keys":[],"threshold":1}"""), "there are none"),
        ["one root key under two names"] = (Json(Root(2) with { Roots = Twice('a') }), TrustReasons.RootKeyTwice, "root key"),
        ["one release key under two names"] = (Json(Root(2) with { Releases = Twice('r') }), TrustReasons.RootKeyTwice, "release key"),
        ["one bundle key under two names"] = (Json(Root(2) with { Bundles = Twice('r') }), TrustReasons.RootKeyTwice, "bundle key"),
        ["revokes its release key"] = (Json(Root(2, revoked: "r")), TrustReasons.RootKeyRevoked, "revoked"),
        ["a revoked key that is no digest"] = Bad(With("revokedKeys", "[\"abc\"]"), "digest"),
        ["too many revoked keys"] = Bad(With("revokedKeys", Digests(257)), "more than 256"),
        ["an empty policy"] = Bad(Json(Root(2) with { Policy = TrustPolicyText.Of("") }), "policy is empty"),
        ["an endless policy"] = Bad(Json(Root(2) with { Policy = TrustPolicyText.Of(new string('x', (64 << 10) + 1)) }), "too long"),
        ["a policy with another digest"] =
            Bad(Json(Root(2) with { Policy = TrustPolicyText.Of("a: 1") with { Text = "a: 2" } }), "digest"),
    };

    private static (string Payload, string Reason, string Words) Bad(string payload, string words) => (payload, TrustReasons.RootMalformed, words);

    private static string With(string member, string? value)
    {
        var root = JsonNode.Parse(Json(Root(2)))!.AsObject();
        root.Remove(member);
        if (value is not null)
        {
            root[member] = JsonNode.Parse(value);
        }

        return root.ToJsonString();
    }

    private static string Roots(int threshold)
    {
        var role = JsonNode.Parse(Json(Root(2)))!["roots"]!;
        role["threshold"] = threshold;
        return role.ToJsonString();
    }

    private static TrustRole Twice(char name)
    {
        var key = Role(name.ToString(), 1).Keys[0];
        return new TrustRole([key, key with { Name = "other" }], 2);
    }

    private static string Many(int count) => $$"""{"keys":[{{string.Join(',', Enumerable.Repeat("""{"name":"k","key":"AAAA"}""", count))}}],"threshold":1}""";

    private static string Digests(int count) => $"[{string.Join(',', Enumerable.Repeat($"\"{Id('x')}\"", count))}]";
}
