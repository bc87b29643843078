using System.Text.Json.Nodes;

namespace EdgeSync.Signing.Tests.Sigstore;

/// <summary>Short names for the places that cases change.</summary>
internal static class JsonPaths
{
    public static JsonObject Material(this JsonNode bundle) => bundle["verificationMaterial"]!.AsObject();

    public static JsonObject Entry(this JsonNode bundle) => bundle.Material()["tlogEntries"]![0]!.AsObject();

    public static JsonObject Proof(this JsonNode bundle) => bundle.Entry()["inclusionProof"]!.AsObject();

    public static JsonObject Log(this JsonNode root, int index = 0) => root["tlogs"]![index]!.AsObject();

    public static JsonObject Period(this JsonNode root, string kind, int index = 0) =>
        (root[kind]![index]!["validFor"] ?? root[kind]![index]!["publicKey"]!["validFor"])!.AsObject();

    /// <summary>The same base64 with one bit of its bytes flipped.</summary>
    public static void Flip(this JsonNode owner, string name, int at = -1)
    {
        var bytes = Convert.FromBase64String(owner[name]!.GetValue<string>());
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        owner[name] = Convert.ToBase64String(bytes);
    }
}
