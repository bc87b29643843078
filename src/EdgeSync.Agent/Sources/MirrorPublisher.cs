using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Staging;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Mirror;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// Publishes the images of opened bundles through the mirror, under the names that their manifests use, and removes what no kept bundle needs from the
/// cache. The mirror never serves content that belongs to no opened bundle.
/// </summary>
internal sealed class MirrorPublisher(
    ContentStore cache, OciPlatform platform, GarbageCollector collector, Func<IEnumerable<Digest>> neededContent) : IMirrorPublisher
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Channel, Digest Bundle)> _offered = [];

    /// <summary>What the mirror serves.</summary>
    public MirrorCatalog Catalog { get; } = new();

    public async Task OfferAsync(string channel, OpenedBundle bundle, CancellationToken cancellationToken)
    {
        var reachable = await cache.ReachableAsync(
            bundle.Images.Select(image => image.Descriptor), GraphSelection.ForImage(platform), cancellationToken);
        var owner = OwnerOf(channel, bundle.Index.Digest);
        lock (_lock)
        {
            _offered[owner] = (channel, bundle.Index.Digest);
        }

        Catalog.Publish(owner, new MirrorContent(ImageMap.Of(bundle.Images).Images, [.. reachable.Select(descriptor => descriptor.Digest)]));
    }

    public async Task KeepAsync(string channel, IReadOnlyCollection<Digest> bundles, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var owner in _offered.Where(o => o.Value.Channel == channel && !bundles.Contains(o.Value.Bundle)).Select(o => o.Key).ToList())
            {
                _offered.Remove(owner);
                Catalog.Withdraw(owner);
            }
        }

        // The durable records decide, not what this process has offered: another channel may not have offered its bundle since the start.
        await collector.CollectAsync(
            await RootsAsync(neededContent(), cancellationToken), GraphSelection.ForBundle(platform), cancellationToken);
    }

    // Signatures refer to a bundle or release by tag name only; the signatures of content that is kept must survive the collection.
    private async Task<List<Descriptor>> RootsAsync(IEnumerable<Digest> needed, CancellationToken cancellationToken)
    {
        var roots = new List<Descriptor>();
        foreach (var artifact in needed.Distinct())
        {
            if (cache.Contains(artifact))
            {
                roots.Add((await cache.ReadManifestAsync(artifact, mediaType: null, cancellationToken)).Descriptor);
            }

            foreach (var tag in CachedSignatures.TagsOf(artifact))
            {
                if (await cache.Tags.FindAsync(tag, cancellationToken) is { } signature)
                {
                    roots.Add(signature);
                }
            }
        }

        return roots;
    }

    private static string OwnerOf(string channel, Digest bundle) => $"{channel} {bundle}";
}
