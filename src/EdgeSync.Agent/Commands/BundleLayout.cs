using EdgeSync.Bundles;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Agent.Commands;

/// <summary>Finds the bundle in the image layout that the user named.</summary>
internal static class BundleLayout
{
    public static bool IsLayout(string path) => File.Exists(Path.Combine(path, "oci-layout"));

    public static Task<ContentStore> OpenAsync(string path, CancellationToken cancellationToken) =>
        IsLayout(path)
            ? ContentStore.OpenAsync(path, TimeProvider.System, cancellationToken)
            : throw new BundleException($"'{path}' is no image layout: it has no file 'oci-layout'")
            {
                Subject = path,
                Hint = "'edgesync bundle build DIR --output LAYOUT' writes one.",
            };

    /// <summary>The layout's bundle with this tag, or its only one.</summary>
    public static async Task<Descriptor> FindAsync(ContentStore layout, string? tag, CancellationToken cancellationToken)
    {
        // Copying tools also list the parts of a bundle; only the bundle itself has a tag.
        var all = await layout.Tags.ListAsync(cancellationToken);
        var tagged = all.Where(entry => entry.Annotation(LayoutTags.NameAnnotation) is not null).ToList();
        var entries = tagged.Count > 0 ? tagged : [.. all];
        var found = entries.Where(entry => entry.Annotation(LayoutTags.NameAnnotation) == tag).Take(1).ToList();
        var candidates = found.Count == 1 ? found : [.. entries.DistinctBy(entry => entry.Digest)];
        return candidates is [var only]
            ? only
            : throw new BundleException($"the layout '{layout.Root}' has {candidates.Count} bundles: {string.Join(", ", entries.Select(e => e.Annotation(LayoutTags.NameAnnotation)))}")
            {
                Subject = layout.Root,
                Hint = "Use the tag of one of them, or a layout of its own for each.",
            };
    }
}
