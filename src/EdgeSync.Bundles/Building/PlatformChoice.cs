using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles.Building;

/// <summary>
/// Copies the wanted platforms of an image. For several platforms it writes a new index; an image that is pinned by the digest of its index is
/// copied whole, because its digest must stay. Without a choice all is copied, except what no site could run and the source does not have.
/// </summary>
internal sealed class PlatformChoice(IReadOnlyList<OciPlatform> platforms, ContentStore target)
{
    private const string AttachmentAnnotation = "vnd.docker.reference.type";
    private readonly List<string> _warnings = [];

    /// <summary>What was left out, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The copied image. Throws <see cref="BundleException"/> when the image lacks a platform.</summary>
    public async Task<Descriptor> CopyAsync(FoundImage image, OciReference name, CancellationToken cancellationToken)
    {
        var isChosen = image.Root.Content is ImageIndex && platforms.Count > 0 && name.Digest is null;
        if (image.Root.Content is ImageIndex index && !isChosen)
        {
            return await CopyIndexAsync(image, index, isPinned: name.Digest is not null, cancellationToken);
        }

        var chosen = isChosen ? await ChooseAsync(image, (ImageIndex)image.Root.Content, cancellationToken) : [image.Root.Descriptor];
        foreach (var manifest in chosen)
        {
            await CopyOneAsync(image, manifest, cancellationToken);
        }

        return chosen is [var only] ? await DescribeAsync(only, image.Place, cancellationToken) : await WriteIndexAsync(chosen, cancellationToken);
    }

    private async Task<Descriptor> CopyIndexAsync(FoundImage image, ImageIndex index, bool isPinned, CancellationToken cancellationToken)
    {
        var kept = new List<Descriptor>();
        foreach (var entry in index.Manifests)
        {
            if (!isPinned && IsNotNeeded(entry) && await FindLackAsync(image, entry, cancellationToken) is { } lack)
            {
                _warnings.Add($"the image {image.Place} is taken without its entry {Name(entry)}, which no Linux site runs: {lack}");
                continue;
            }

            await CopyOneAsync(image, entry, cancellationToken);
            kept.Add(entry);
        }

        return kept.Count == index.Manifests.Count
            ? await target.WriteAsync(image.Root.Descriptor.MediaType, image.Root.Bytes, cancellationToken)
            : kept.Count > 0 ? await WriteIndexAsync(kept, cancellationToken)
            : throw new BundleException($"the image {image.Place} has nothing that a site could run; see the warnings");
    }

    // Attestations and other attachments, and images for other systems than Linux.
    private static bool IsNotNeeded(Descriptor entry) =>
        entry.Annotation(AttachmentAnnotation) is not null
        || entry.ArtifactType is not null
        || entry.Platform is { IsComplete: true } and ({ IsUnknown: true } or { Os: not "linux" });

    private async Task<string?> FindLackAsync(FoundImage image, Descriptor entry, CancellationToken cancellationToken)
    {
        try
        {
            await image.CopyAsync(entry, target, cancellationToken);
            return null;
        }
        catch (EdgeSyncException failure) when (IsMissing(failure))
        {
            return failure.Message;
        }
    }

    private async Task CopyOneAsync(FoundImage image, Descriptor manifest, CancellationToken cancellationToken)
    {
        try
        {
            await image.CopyAsync(manifest, target, cancellationToken);
        }
        catch (RegistryException failure) when (failure.Reason == RegistryReasons.ManifestInvalid)
        {
            throw new BundleException(
                $"the image {image.Place} cannot be used: of its entry {Name(manifest)}, {failure.Message}; choose other platforms with --platform", failure);
        }
        catch (EdgeSyncException failure) when (IsMissing(failure))
        {
            var foreign = await FindForeignLayerAsync(manifest, cancellationToken);
            throw new RegistryException(
                RegistryReasons.NotFound,
                $"the image {image.Place} cannot be copied whole: of its entry {Name(manifest)}, "
                    + (foreign is null ? failure.Message : $"the layer {foreign.Digest} is kept by no registry (a foreign layer, {foreign.MediaType})"),
                failure)
            {
                Subject = manifest.Digest.ToString(),
                Disposition = Disposition.Stalled,
                Hint = "Take only the platforms that your sites have, with --platform linux/amd64 for example and without the digest of the whole index in the "
                    + "manifest; or push the image again, complete.",
            };
        }
    }

    private async Task<Descriptor?> FindForeignLayerAsync(Descriptor manifest, CancellationToken cancellationToken)
    {
        try
        {
            return (await target.ReadManifestAsync(manifest.Digest, manifest.MediaType, cancellationToken)).Content is ImageManifest image
                ? image.Layers.FirstOrDefault(layer => layer.Urls is { Count: > 0 } || layer.MediaType.Contains("foreign", StringComparison.Ordinal))
                : null;
        }
        catch (EdgeSyncException failure) when (failure is StorageException or RegistryException)
        {
            return null;
        }
    }

    private static bool IsMissing(EdgeSyncException failure) => failure.Reason is RegistryReasons.NotFound or StorageReasons.ContentMissing;

    private static string Name(Descriptor entry) => $"{entry.Digest.ToShortString()} ({(entry.Platform is { IsComplete: true } platform ? platform.ToString() : entry.ArtifactType ?? "no platform")})";

    private async Task<List<Descriptor>> ChooseAsync(FoundImage image, ImageIndex index, CancellationToken cancellationToken)
    {
        var chosen = new List<Descriptor>();
        var missing = new List<OciPlatform>();
        foreach (var platform in platforms)
        {
            if (await PlatformSelector.SelectAsync(index, platform, image.ReadPlatformAsync, cancellationToken) is { } entry)
            {
                chosen.Add(entry);
            }
            else
            {
                missing.Add(platform);
            }
        }

        if (missing.Count > 0)
        {
            throw new BundleException($"the image {image.Place} has nothing for {string.Join(", ", missing)}");
        }

        // In the order of the image, not of the options, so that the order of options does not change the bundle.
        return [.. index.Manifests.Select(entry => chosen.Find(one => one.Digest == entry.Digest)).OfType<Descriptor>().DistinctBy(entry => entry.Digest)];
    }

    // By the image's own configuration, which is the same for every source of the image.
    private async Task<Descriptor> DescribeAsync(Descriptor image, string place, CancellationToken cancellationToken)
    {
        var content = (await target.ReadManifestAsync(image.Digest, image.MediaType, cancellationToken)).Content;
        if (content is not ImageManifest manifest
            || OciPlatform.FromConfiguration(
                await target.ReadVerifiedAsync(manifest.Config.Digest, PlatformSelector.MaxConfigurationSize, cancellationToken)) is not { } found)
        {
            return image with { Platform = null };
        }

        var described = image with { Platform = found };
        var alone = new ImageIndex { SchemaVersion = 2, Manifests = [described] };
        return platforms.Where(platform => PlatformSelector.Select(alone, platform) is null).ToList() is { Count: > 0 } missing
            ? throw new BundleException($"the image {place} is for {found} and nothing else; {string.Join(", ", missing)} was asked for")
            : described;
    }

    private Task<Descriptor> WriteIndexAsync(IReadOnlyList<Descriptor> manifests, CancellationToken cancellationToken) => target.WriteAsync(
        MediaTypes.ImageIndex,
        OciJson.Write(new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageIndex,
            Manifests = [.. manifests.Select(entry => entry.Platform is { IsComplete: false } ? entry with { Platform = null } : entry)],
        }),
        cancellationToken);
}
