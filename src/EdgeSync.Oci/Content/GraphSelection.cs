using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Says which children of a manifest a site needs: all of an image manifest; of an image index the one for its platform; and of the index at
/// the top, which may be no image but a bundle, those that the caller chooses. Fetching, checking and collecting use the same one, so
/// that they agree.
/// </summary>
public sealed class GraphSelection
{
    private readonly OciPlatform? _platform;
    private readonly Func<Descriptor, bool>? _topChildren;

    private GraphSelection(OciPlatform? platform, Func<Descriptor, bool>? topChildren)
    {
        _platform = platform;
        _topChildren = topChildren;
    }

    /// <summary>All of it, for every platform.</summary>
    public static GraphSelection Everything { get; } = new(platform: null, topChildren: null);

    /// <summary>One image: of an index at the top, and of those below it, the entry for this platform.</summary>
    public static GraphSelection ForImage(OciPlatform platform) => new(platform, topChildren: null);

    /// <summary>An index at the top is a list: the children that the predicate takes; of image indexes below, the entry for this platform.</summary>
    public static GraphSelection ForBundle(OciPlatform platform, Func<Descriptor, bool> children) => new(platform, children);

    /// <summary>As <see cref="ForBundle(OciPlatform, Func{Descriptor, bool})"/>, with every child.</summary>
    public static GraphSelection ForBundle(OciPlatform platform) => ForBundle(platform, _ => true);

    /// <summary>Everything that a manifest names.</summary>
    public static IReadOnlyList<Descriptor> AllChildrenOf(ReceivedManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Content switch
        {
            ImageManifest image => [image.Config, .. image.Layers],
            ImageIndex index => index.Manifests,
            _ => [],
        };
    }

    /// <summary>
    /// The children that are needed. <paramref name="platformOf"/> reads the platform of an entry of an index that does not say it. Throws
    /// <see cref="RegistryException"/> with <see cref="RegistryReasons.PlatformMissing"/> for an image index that has nothing for the platform.
    /// </summary>
    public async Task<IReadOnlyList<Descriptor>> ChildrenOfAsync(
        ReceivedManifest manifest, bool isTop, Func<Descriptor, CancellationToken, Task<OciPlatform?>> platformOf, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Content switch
        {
            ImageIndex index when isTop && _topChildren is not null => [.. index.Manifests.Where(_topChildren)],
            ImageIndex index when _platform is not null =>
                [await PlatformSelector.SelectAsync(index, _platform, platformOf, cancellationToken) ?? throw Missing(manifest, _platform)],
            _ => AllChildrenOf(manifest),
        };
    }

    private static RegistryException Missing(ReceivedManifest manifest, OciPlatform platform) =>
        new(RegistryReasons.PlatformMissing, $"the image index {manifest.Descriptor.Digest} has nothing for {platform}")
        {
            Subject = manifest.Descriptor.Digest.ToString(),
            Disposition = Disposition.Stalled,
            Hint = "Build the image for this platform, or keep the bundle from sites of this kind.",
        };
}
