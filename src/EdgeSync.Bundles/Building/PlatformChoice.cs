using System.Text.Json;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>
/// Copies the wanted platforms of an image. For several platforms it writes a new index; an image that is pinned by the digest of its index is
/// copied whole, because its digest must stay.
/// </summary>
internal sealed class PlatformChoice(IReadOnlyList<OciPlatform> platforms, ContentStore target)
{
    private const int MaxConfigurationSize = 4 * 1024 * 1024;

    /// <summary>The copied image. Throws <see cref="BundleException"/> when the image lacks a platform.</summary>
    public async Task<Descriptor> CopyAsync(FoundImage image, OciReference name, CancellationToken cancellationToken)
    {
        var chosen = image.Root.Content is ImageIndex index && platforms.Count > 0 ? Choose(index, image.Place) : [image.Root.Descriptor];
        if (name.Digest is not null)
        {
            chosen = [image.Root.Descriptor];
        }

        foreach (var manifest in chosen)
        {
            await image.CopyAsync(manifest, target, cancellationToken);
        }

        return chosen is [var only] ? await DescribeAsync(only, image.Place, cancellationToken) : await target.WriteAsync(MediaTypes.ImageIndex, OciJson.Write(IndexOf(chosen)), cancellationToken);
    }

    private List<Descriptor> Choose(ImageIndex index, string place)
    {
        var chosen = platforms.Select(platform => (Platform: platform, Entry: PlatformSelector.Select(index, platform))).ToList();
        var missing = chosen.Where(choice => choice.Entry is null).Select(choice => choice.Platform.ToString()).ToList();
        if (missing.Count > 0)
        {
            throw new BundleException($"the image {place} has nothing for {string.Join(", ", missing)}");
        }

        // In the order of the image, not of the options, so that the order of options does not change the bundle.
        var digests = chosen.Select(choice => choice.Entry!.Digest).ToHashSet();
        return [.. index.Manifests.Where(entry => digests.Contains(entry.Digest)).DistinctBy(entry => entry.Digest)];
    }

    // By the image's own configuration, which is the same for every source of the image.
    private async Task<Descriptor> DescribeAsync(Descriptor image, string place, CancellationToken cancellationToken)
    {
        var content = (await target.ReadManifestAsync(image.Digest, image.MediaType, cancellationToken)).Content;
        if (content is not ImageManifest manifest
            || ReadPlatform(await target.ReadVerifiedAsync(manifest.Config.Digest, MaxConfigurationSize, cancellationToken)) is not { } found)
        {
            return image with { Platform = null };
        }

        var described = image with { Platform = found };
        var alone = new ImageIndex { SchemaVersion = 2, Manifests = [described] };
        return platforms.Where(platform => PlatformSelector.Select(alone, platform) is null).ToList() is { Count: > 0 } missing
            ? throw new BundleException($"the image {place} is for {found} and nothing else; {string.Join(", ", missing)} was asked for")
            : described;
    }

    private static OciPlatform? ReadPlatform(byte[] configuration)
    {
        try
        {
            using var document = JsonDocument.Parse(configuration);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "os") is { } os && Text(root, "architecture") is { } architecture
                ? new OciPlatform { Os = os, Architecture = architecture, Variant = Text(root, "variant") }.Normalize()
                : null;
        }
        catch (JsonException)
        {
            // An artifact with another kind of configuration. It does not run and needs no platform.
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ImageIndex IndexOf(IReadOnlyList<Descriptor> manifests) => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.ImageIndex,
        Manifests = manifests,
    };
}
