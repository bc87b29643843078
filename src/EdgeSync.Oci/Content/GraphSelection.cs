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

    /// <summary>
    /// The children that are needed. Throws <see cref="RegistryException"/> with <see cref="RegistryReasons.PlatformMissing"/> for an image
    /// index that has nothing for the platform.
    /// </summary>
    public IReadOnlyList<Descriptor> ChildrenOf(ReceivedManifest manifest, bool isTop)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Content switch
        {
            ImageManifest image => [image.Config, .. image.Layers],
            ImageIndex index when isTop && _topChildren is not null => [.. index.Manifests.Where(_topChildren)],
            ImageIndex index when _platform is not null => [SelectPlatform(manifest, index, _platform)],
            ImageIndex index => index.Manifests,
            _ => [],
        };
    }

    private static Descriptor SelectPlatform(ReceivedManifest manifest, ImageIndex index, OciPlatform platform) =>
        PlatformSelector.Select(index, platform)
        ?? throw new RegistryException(RegistryReasons.PlatformMissing, $"the image index {manifest.Descriptor.Digest} has nothing for {platform}")
        {
            Subject = manifest.Descriptor.Digest.ToString(),
            Disposition = Disposition.Stalled,
            Hint = "Build the image for this platform, or keep the bundle from sites of this kind.",
        };
}
