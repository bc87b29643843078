using EdgeSync.Bundles.Reading;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Staging;

/// <summary>
/// What a site must fetch of a bundle: the content, and of each image what runs on its platform. The same selection decides what is checked and what is
/// kept when garbage is collected.
/// </summary>
/// <param name="Root">The bundle's image index, or the manifest of a foreign archive.</param>
/// <param name="Selection">What is needed below it; for <c>GraphFetcher.FetchAsync</c>, <c>ContentStore.VerifyAsync</c> and garbage collection.</param>
/// <param name="Images">The images that come with it.</param>
public sealed record BundleFetchPlan(Descriptor Root, GraphSelection Selection, IReadOnlyList<BundleImage> Images)
{
    /// <summary>The plan for a site of this platform. Throws <see cref="BundleException"/> for what is neither a bundle nor an archive of YAML.</summary>
    public static BundleFetchPlan For(ReceivedManifest root, OciPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(platform);
        return root.Content switch
        {
            ImageManifest => new BundleFetchPlan(root.Descriptor, GraphSelection.Everything, []),
            _ => new BundleFetchPlan(root.Descriptor, GraphSelection.ForBundle(platform), BundleIndex.Read(root.Content).Images),
        };
    }

    /// <summary>The plan for looking into a bundle: its content without the images.</summary>
    public static BundleFetchPlan ForContent(ReceivedManifest root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.Content is ImageManifest)
        {
            return new BundleFetchPlan(root.Descriptor, GraphSelection.Everything, []);
        }

        var index = BundleIndex.Read(root.Content);
        return new BundleFetchPlan(
            root.Descriptor, GraphSelection.ForBundle(OciPlatform.Current, child => child.Digest == index.Content.Digest), index.Images);
    }
}
