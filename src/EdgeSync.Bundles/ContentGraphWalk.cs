using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles;

/// <summary>Walks all that hangs below a manifest in a store, children before parents, each digest once.</summary>
internal static class ContentGraphWalk
{
    // Bundle index, image index, image manifest: real content is not deeper.
    private const int MaxDepth = 8;

    /// <summary>
    /// Every descriptor below the root, then the root itself, each with the first top-level child that leads to it (null for the root).
    /// </summary>
    public static async Task<IReadOnlyList<(Descriptor Descriptor, Descriptor? Branch)>> RunAsync(
        Descriptor root, ContentStore store, CancellationToken cancellationToken)
    {
        var found = new List<(Descriptor, Descriptor?)>();
        var seen = new HashSet<Primitives.Digest>();
        await VisitAsync(root, branch: null, 0);
        return found;

        async Task VisitAsync(Descriptor descriptor, Descriptor? branch, int depth)
        {
            if (depth > MaxDepth)
            {
                throw new BundleException($"manifests are nested more than {MaxDepth} deep, at {descriptor}");
            }

            if (!seen.Add(descriptor.Digest))
            {
                return;
            }

            if (IsManifest(descriptor))
            {
                var manifest = await store.ReadManifestAsync(descriptor.Digest, descriptor.MediaType, cancellationToken);
                foreach (var child in GraphSelection.AllChildrenOf(manifest))
                {
                    await VisitAsync(child, branch ?? child, depth + 1);
                }
            }

            found.Add((descriptor, branch));
        }
    }

    public static bool IsManifest(Descriptor descriptor) => MediaTypes.IsIndex(descriptor.MediaType) || MediaTypes.IsManifest(descriptor.MediaType);
}
