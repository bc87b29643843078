using System.Text;
using EdgeSync.Signing.Tests.Verification;

namespace EdgeSync.Signing.Tests.Cosign;

/// <summary>Payloads that a trusted key has signed but that do not count, each with a part of the expected message.</summary>
internal static class HostilePayloads
{
    private static readonly string Digest = SignatureFixture.Bundle.Digest.ToString();
    private static readonly string Good = Encoding.UTF8.GetString(SignatureFixture.Payload.ToBytes());

    public static IReadOnlyDictionary<string, (byte[] Payload, string Words)> All { get; } = new Dictionary<string, (byte[], string)>
    {
        ["empty object"] = Case("{}", "not one of cosign"),
        ["not JSON"] = Case("hello", "not one of cosign"),
        ["trailing bytes"] = Case(Good + "{}", "not one of cosign"),
        ["attestation's type"] = Replace("cosign container image signature", "atomic container signature", "its payload's type"),
        ["empty type"] = Replace("cosign container image signature", "", "its payload's type"),
        ["type in other case"] = Replace("\"type\":\"cosign", "\"type\":\"Cosign", "its payload's type"),
        ["no type"] = Replace(",\"type\":\"cosign container image signature\"", "", "not one of cosign"),
        ["digest twice"] = Replace("\"docker-manifest-digest\"", $"\"docker-manifest-digest\":\"sha256:{new string('0', 64)}\",\"docker-manifest-digest\"", "appears twice"),
        ["digest twice, other case"] = Replace("\"docker-manifest-digest\"", "\"Docker-Manifest-Digest\":\"x\",\"docker-manifest-digest\"", "appears twice"),
        ["image twice"] = Replace("\"image\":", "\"image\":{},\"image\":", "appears twice"),
        ["digest upper case"] = Replace(Digest, "sha256:" + Digest[7..].ToUpperInvariant(), "no sha256 digest"),
        ["digest of another algorithm"] = Replace(Digest, "sha512:" + Digest[7..] + Digest[7..], "no sha256 digest"),
        ["digest empty"] = Replace(Digest, "", "no sha256 digest"),
        ["digest null"] = Replace($"\"{Digest}\"", "null", "not one of cosign"),
        ["digest in a list"] = Replace($"\"{Digest}\"", $"[\"{Digest}\"]", "not one of cosign"),
        ["unknown critical member"] = Replace("\"critical\":{", "\"critical\":{\"expires\":1,", "not one of cosign"),
        ["unknown member of the image"] = Replace("\"image\":{", "\"image\":{\"more\":1,", "not one of cosign"),
        ["unknown member at the top"] = Replace("\"optional\":null", "\"optional\":null,\"more\":1", "not one of cosign"),
        ["optional is text"] = Replace("\"optional\":null", "\"optional\":\"x\"", "not one of cosign"),
        ["endless repository"] = Replace("registry.example.com", new string('r', 600), "too long"),
        ["nesting bomb"] = Replace("\"optional\":null", $"\"optional\":{{\"a\":{new string('[', 100)}{new string(']', 100)}}}", "not one of cosign"),
        ["too large"] = Case(Good + new string(' ', 16 * 1024), "too large"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static (byte[] Payload, string Words) Replace(string part, string instead, string words)
    {
        var bad = Good.Replace(part, instead, StringComparison.Ordinal);
        return bad != Good ? Case(bad, words) : throw new InvalidOperationException($"the payload has no '{part}'");
    }

    private static (byte[] Payload, string Words) Case(string payload, string words) => (Encoding.UTF8.GetBytes(payload), words);
}
