using System.Collections.Concurrent;
using EdgeSync.Bundles.Building;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;

namespace EdgeSync.Bundles.Publishing;

/// <summary>
/// Pushes a bundle from an image layout to a registry. It does not send a blob that the registry has, mounts the blobs of images in another repository of
/// the same registry, and sets the tag last, so that nobody sees half a bundle.
/// </summary>
public sealed class BundlePublisher(ContentStore source, RegistryClient client)
{
    private const int BlobsAtOnce = 4;

    /// <summary>
    /// Pushes the bundle and everything below it under the target's tag, or by digest alone when the target has no tag. <paramref name="images"/> names the
    /// origins of images that are known; for others the reference is taken as the origin. Safe to call again after a broken connection.
    /// </summary>
    public async Task<PublishReport> PushAsync(
        Descriptor bundle,
        OciReference target,
        IReadOnlyList<BuiltImage> images,
        IProgress<PublishProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(images);
        if (!string.Equals(target.Registry, client.Host, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"the client speaks with {client.Host}, not with {target.Registry}", nameof(target));
        }

        var graph = await ContentGraphWalk.RunAsync(bundle, source, cancellationToken);
        var origins = images.Where(image => image.Origin is not null).GroupBy(image => image.Reference, image => image.Origin!).ToDictionary(group => group.Key);
        var blobs = graph.Where(node => !ContentGraphWalk.IsManifest(node.Descriptor)).ToList();
        var uploads = new ConcurrentBag<(Descriptor Blob, UploadOutcome Outcome)>();
        var done = 0;
        await Parallel.ForEachAsync(
            blobs,
            new ParallelOptions { MaxDegreeOfParallelism = BlobsAtOnce, CancellationToken = cancellationToken },
            async (node, token) =>
            {
                var outcome = await PushBlobAsync(node.Descriptor, RepositoriesOf(node.Branch, origins, target), target.Repository, token);
                uploads.Add((node.Descriptor, outcome));
                progress?.Report(new PublishProgress(node.Descriptor, outcome, Interlocked.Increment(ref done), blobs.Count));
            });

        await PushManifestsAsync(graph, bundle, target, cancellationToken);
        return new PublishReport(
            target.WithDigest(bundle.Digest),
            uploads.Count(blob => blob.Outcome == UploadOutcome.Sent),
            uploads.Count(blob => blob.Outcome == UploadOutcome.Mounted),
            uploads.Count(blob => blob.Outcome == UploadOutcome.Present),
            uploads.Where(blob => blob.Outcome == UploadOutcome.Sent).Sum(blob => blob.Blob.Size));
    }

    // The walk gives children before parents, because a registry refuses a manifest whose content it does not have.
    private async Task PushManifestsAsync(
        IReadOnlyList<(Descriptor Descriptor, Descriptor? Branch)> graph, Descriptor bundle, OciReference target, CancellationToken cancellationToken)
    {
        foreach (var manifest in graph.Select(node => node.Descriptor).Where(ContentGraphWalk.IsManifest))
        {
            var tag = manifest.Digest == bundle.Digest ? target.Tag : null;
            var bytes = await source.ReadVerifiedAsync(manifest.Digest, ManifestReader.MaxSize, cancellationToken);
            await client.PushManifestAsync(target.Repository, tag, manifest.MediaType, bytes, cancellationToken);
        }
    }

    private async Task<UploadOutcome> PushBlobAsync(
        Descriptor blob, IEnumerable<string> origins, string repository, CancellationToken cancellationToken)
    {
        if (await client.BlobExistsAsync(repository, blob.Digest, cancellationToken))
        {
            return UploadOutcome.Present;
        }

        foreach (var origin in origins)
        {
            if (await client.MountBlobAsync(repository, blob.Digest, origin, cancellationToken))
            {
                return UploadOutcome.Mounted;
            }
        }

        var isSent = await client.PushBlobAsync(
            repository, blob, async token => await source.OpenVerifiedAsync(blob.Digest, token), cancellationToken);
        return isSent ? UploadOutcome.Sent : UploadOutcome.Present;
    }

    // The other repositories of the target's registry that probably have the blobs of an image.
    private static List<string> RepositoriesOf(Descriptor? branch, Dictionary<string, IGrouping<string, OciReference>> origins, OciReference target)
    {
        if (branch?.Annotation(BundleMediaTypes.ImageAnnotation) is not { } reference)
        {
            return [];
        }

        var named = OciReference.TryParseImage(reference, out var name) ? [name] : Array.Empty<OciReference>();
        return
        [
            .. (origins.GetValueOrDefault(reference)?.ToList() ?? []).Concat(named)
                .Where(place => string.Equals(place.Registry, target.Registry, StringComparison.OrdinalIgnoreCase) && place.Repository != target.Repository)
                .Select(place => place.Repository)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
