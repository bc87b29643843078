using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Artifacts;

/// <summary>Writes manifests as other tools do, with a plain + in media types and base64, for people and tools that look at the text.</summary>
internal static class ManifestWriter
{
    private static readonly OciJsonContext Plain =
        new(new JsonSerializerOptions(OciJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Write(ImageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Plain.ImageManifest);
}
