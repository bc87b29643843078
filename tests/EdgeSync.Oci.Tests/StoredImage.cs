using System.Text.Json;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Oci.Tests;

/// <summary>A small image in a store, made by hand.</summary>
internal sealed record StoredImage(Descriptor Manifest, Descriptor Config, Descriptor Layer, byte[] LayerBytes)
{
    public static async Task<StoredImage> WriteAsync(ContentStore store, int layerSize, CancellationToken cancellationToken, int seed = 7)
    {
        var bytes = new byte[layerSize];
        new Random(seed).NextBytes(bytes);
        var layer = await store.WriteAsync(MediaTypes.ImageLayerGzip, bytes, cancellationToken);
        var config = await store.WriteAsync(
            MediaTypes.ImageConfig, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray(), cancellationToken);
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.ImageManifest, Config = config, Layers = [layer] };
        var written = await store.WriteAsync(
            MediaTypes.ImageManifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest), cancellationToken);
        return new StoredImage(written, config, layer, bytes);
    }
}
