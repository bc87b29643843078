using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Content;

/// <summary>Walks what hangs below manifests in a store, each digest once, with a bound on depth and number.</summary>
internal sealed class ContentGraph(ContentStore store, GraphSelection selection)
{
    // Bundle index, image index, image manifest, blob: nothing real is deeper.
    public const int MaxDepth = 8;
    public const int MaxNodes = 100_000;

    /// <summary>
    /// Every descriptor that is reachable, the roots among them. What is missing, damaged or unreadable has no children here, and is given
    /// all the same.
    /// </summary>
    public async Task<IReadOnlyList<(Descriptor Descriptor, ContentState State)>> WalkAsync(
        IEnumerable<Descriptor> roots, bool hashBlobs, CancellationToken cancellationToken)
    {
        var found = new List<(Descriptor, ContentState)>();
        var seen = new HashSet<(Digest, bool IsTop)>();
        var pending = new Queue<(Descriptor Descriptor, int Depth)>(roots.Select(root => (root, 0)));
        while (pending.TryDequeue(out var next) && found.Count < MaxNodes)
        {
            if (!seen.Add((next.Descriptor.Digest, next.Depth == 0)))
            {
                continue;
            }

            var isManifest = MediaTypes.IsIndex(next.Descriptor.MediaType) || MediaTypes.IsManifest(next.Descriptor.MediaType);
            var (state, children) = isManifest
                ? await ReadChildrenAsync(next.Descriptor, isTop: next.Depth == 0, cancellationToken)
                : (await LookAsync(next.Descriptor, hashBlobs, cancellationToken), []);
            found.Add((next.Descriptor, state));
            if (next.Depth < MaxDepth)
            {
                foreach (var child in children)
                {
                    pending.Enqueue((child, next.Depth + 1));
                }
            }
        }

        return found;
    }

    private async Task<OciPlatform?> PlatformOfAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        try
        {
            return await PlatformSelector.ReadPlatformAsync(
                entry,
                (manifest, token) => store.ReadManifestAsync(manifest.Digest, manifest.MediaType, token),
                (configuration, token) => store.ReadVerifiedAsync(configuration.Digest, PlatformSelector.MaxConfigurationSize, token),
                cancellationToken);
        }
        catch (EdgeSyncException failure) when (failure is StorageException or RegistryException)
        {
            // Not here, so it is not what the site needs; if it is, the fetcher fetches it again and looks.
            return null;
        }
    }

    private async Task<ContentState> LookAsync(Descriptor blob, bool hash, CancellationToken cancellationToken)
    {
        if (hash)
        {
            return await store.CheckAsync(blob, cancellationToken);
        }

        var size = store.SizeOf(blob.Digest);
        return size is null ? ContentState.Missing : size == blob.Size ? ContentState.Intact : ContentState.Damaged;
    }

    private async Task<(ContentState State, IReadOnlyList<Descriptor> Children)> ReadChildrenAsync(
        Descriptor descriptor, bool isTop, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await store.ReadManifestAsync(descriptor.Digest, descriptor.MediaType, cancellationToken);
            return manifest.Descriptor.Size == descriptor.Size
                ? (ContentState.Intact, await selection.ChildrenOfAsync(manifest, isTop, PlatformOfAsync, cancellationToken))
                : (ContentState.Damaged, []);
        }
        catch (StorageException failure)
        {
            return (failure.Reason == StorageReasons.ContentMissing ? ContentState.Missing : ContentState.Damaged, []);
        }
        catch (RegistryException failure) when (failure.Reason is RegistryReasons.ManifestInvalid or RegistryReasons.PlatformMissing)
        {
            // The right bytes, but not a manifest that can be followed; applying it will fail.
            return (ContentState.Intact, []);
        }
    }
}
