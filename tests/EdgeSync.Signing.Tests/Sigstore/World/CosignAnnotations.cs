using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A recipe's signature as cosign 2 writes it: a layer with the evidence in its annotations.</summary>
internal static class CosignAnnotations
{
    public const string Certificate = "dev.sigstore.cosign/certificate";
    public const string Entry = "dev.sigstore.cosign/bundle";
    public const string Timestamp = "dev.sigstore.cosign/rfc3161timestamp";

    /// <summary>A signature of the recipe's content.</summary>
    public static (Descriptor Layer, byte[] Content) Sign(BundleRecipe recipe, Action<Dictionary<string, string>>? change = null)
    {
        var bundle = recipe.Make();
        var annotations = Read(bundle);
        annotations[CosignSignatures.SignatureAnnotation] = (string)bundle["messageSignature"]!["signature"]!;
        change?.Invoke(annotations);
        return (Descriptor.Of(SimpleSigningPayload.MediaType, recipe.Content) with { Annotations = annotations }, recipe.Content);
    }

    /// <summary>An attestation, the recipe's statement.</summary>
    public static (Descriptor Layer, byte[] Content) Attest(BundleRecipe recipe, Action<Dictionary<string, string>>? change = null)
    {
        recipe.AsEnvelope = true;
        var bundle = recipe.Make();
        var content = TestWorld.Bytes(bundle["dsseEnvelope"]!);
        var annotations = Read(bundle);
        if (annotations.ContainsKey(Timestamp))
        {
            annotations[Timestamp] = Stamp(recipe, content);
        }

        change?.Invoke(annotations);
        return (Descriptor.Of(DsseEnvelope.MediaType, content) with { Annotations = annotations }, content);
    }

    public static string Pem(byte[] certificate) => PemEncoding.WriteString("CERTIFICATE", certificate) + "\n";

    private static Dictionary<string, string> Read(JsonNode bundle)
    {
        var material = bundle["verificationMaterial"]!;
        var annotations = new Dictionary<string, string>
        {
            [Certificate] = Pem(Convert.FromBase64String((string)material["certificate"]!["rawBytes"]!)),
            ["dev.sigstore.cosign/chain"] = "whatever stands here is not read",
        };
        if (material["tlogEntries"]!.AsArray() is [{ } entry])
        {
            annotations[Entry] = new JsonObject
            {
                ["SignedEntryTimestamp"] = (string)entry["inclusionPromise"]!["signedEntryTimestamp"]!,
                ["Payload"] = new JsonObject
                {
                    ["body"] = (string)entry["canonicalizedBody"]!,
                    ["integratedTime"] = long.Parse((string)entry["integratedTime"]!, System.Globalization.CultureInfo.InvariantCulture),
                    ["logIndex"] = long.Parse((string)entry["logIndex"]!, System.Globalization.CultureInfo.InvariantCulture),
                    ["logID"] = Convert.ToHexStringLower(Convert.FromBase64String((string)entry["logId"]!["keyId"]!)),
                },
            }.ToJsonString();
        }

        if (material["timestampVerificationData"]?["rfc3161Timestamps"] is JsonArray and [{ } stamp])
        {
            annotations[Timestamp] = new JsonObject { ["SignedRFC3161Timestamp"] = (string)stamp["signedTimestamp"]! }.ToJsonString();
        }

        return annotations;
    }

    private static string Stamp(BundleRecipe recipe, byte[] content) =>
        new JsonObject { ["SignedRFC3161Timestamp"] = Convert.ToBase64String(recipe.Token.Make(content)) }.ToJsonString();
}
