using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles;

/// <summary>Writes the JSON of bundles as other tools do, with a plain + in media types, so that people can search for them.</summary>
internal static class OciJson
{
    private static readonly OciJsonContext Manifests =
        new(new JsonSerializerOptions(OciJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly BundlesJsonContext Bundles =
        new(new JsonSerializerOptions(BundlesJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Write(ImageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Manifests.ImageManifest);

    public static byte[] Write(ImageIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, Manifests.ImageIndex);

    public static byte[] Write(BundleMetadata metadata) => JsonSerializer.SerializeToUtf8Bytes(metadata, Bundles.BundleMetadata);
}
