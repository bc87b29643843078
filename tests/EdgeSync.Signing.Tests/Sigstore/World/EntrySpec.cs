using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>The content of each kind of log entry.</summary>
internal static class EntrySpec
{
    public static JsonObject Make(string kind, byte[] signed, byte[] payload, byte[] signature, byte[] verifier, bool byKey, byte[]? envelope = null)
    {
        var pem = Convert.ToBase64String(
            Encoding.ASCII.GetBytes(PemEncoding.WriteString(byKey ? "PUBLIC KEY" : "CERTIFICATE", verifier) + "\n"));
        var text = Convert.ToBase64String(signature);
        return kind switch
        {
            "hashedrekord 0.0.1" => new JsonObject
            {
                ["data"] = new JsonObject { ["hash"] = Hex(signed) },
                ["signature"] = new JsonObject { ["content"] = text, ["publicKey"] = new JsonObject { ["content"] = pem } },
            },
            "dsse 0.0.1" => new JsonObject
            {
                ["envelopeHash"] = Hex([1]),
                ["payloadHash"] = Hex(payload),
                ["signatures"] = new JsonArray(new JsonObject { ["signature"] = text, ["verifier"] = pem }),
            },
            "intoto 0.0.1" => new JsonObject
            {
                ["content"] = new JsonObject { ["hash"] = Hex(envelope ?? []), ["payloadHash"] = Hex(payload) },
                ["publicKey"] = pem,
            },
            "intoto 0.0.2" => new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["envelope"] = new JsonObject
                    {
                        ["payloadType"] = "application/vnd.in-toto+json",
                        ["signatures"] = new JsonArray(new JsonObject
                        {
                            ["publicKey"] = pem,
                            ["sig"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(text)),
                        }),
                    },
                    ["hash"] = Hex([1]),
                    ["payloadHash"] = Hex(payload),
                },
            },
            "hashedrekord 0.0.2" => new JsonObject
            {
                ["hashedRekordV002"] = new JsonObject { ["data"] = Hash(signed), ["signature"] = Signature(text, verifier, byKey) },
            },
            "dsse 0.0.2" => new JsonObject
            {
                ["dsseV002"] = new JsonObject
                {
                    ["payloadHash"] = Hash(payload),
                    ["signatures"] = new JsonArray(Signature(text, verifier, byKey)),
                },
            },
            _ => new JsonObject(),
        };
    }

    private static JsonObject Hex(byte[] content) =>
        new() { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(content)) };

    private static JsonObject Hash(byte[] content) =>
        new() { ["algorithm"] = "SHA2_256", ["digest"] = Convert.ToBase64String(SHA256.HashData(content)) };

    private static JsonObject Signature(string signature, byte[] verifier, bool byKey) => new()
    {
        ["content"] = signature,
        ["verifier"] = new JsonObject
        {
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            [byKey ? "publicKey" : "x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(verifier) },
        },
    };
}
