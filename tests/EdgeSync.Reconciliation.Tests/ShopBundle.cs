using EdgeSync.Bundles.Building;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>Builds bundles of one ConfigMap and, in some tests, more.</summary>
internal static class ShopBundle
{
    public static async Task<Descriptor> BuildAsync(string folder, string version, ContentStore cache, string values, string say, string more = "")
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "bundle.yaml"), $"schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"{version}\"\n{values}");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "shop.yaml"), $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: motto}}\ndata: {{say: '{say}'}}\n{more}");
        using var images = new ImageSources(null, TimeProvider.System);
        return (await BundleBuilder.BuildAsync(folder, new BundleBuildOptions(), images, cache, null, default)).Descriptor;
    }
}
