using System.Collections.Concurrent;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Oci.Download;

/// <summary>
/// Brings an artifact and all that a site needs of it from a registry into a store: manifests first, then blobs, several at a time, each
/// verified while it streams. What is here and right is not asked for again; what is here and damaged is replaced. Safe to call again
/// after any failure: it goes on where it stopped.
/// </summary>
public sealed partial class GraphFetcher
{
    private readonly ContentStore _store;
    private readonly FetchOptions _options;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retries;
    private readonly ILogger _logger;

    /// <summary>A fetcher into this store.</summary>
    public GraphFetcher(
        ContentStore store, FetchOptions options, TimeProvider time, RetryPolicy retries, ILogger<GraphFetcher>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1);
        _store = store;
        _options = options;
        _time = time;
        _retries = retries;
        _logger = logger ?? NullLogger<GraphFetcher>.Instance;
    }

    /// <summary>
    /// Fetches the root and what the selection needs below it. Throws <see cref="RegistryException"/> for what the registry or its content
    /// gets wrong, and <see cref="StorageException"/> with <see cref="StorageReasons.DiskFull"/> before anything large is written where the
    /// disk has no room for it. <paramref name="received"/> is told how many bytes came, once and however it ends;
    /// <paramref name="lacking"/> how many are still to come, before the first of a blob: what it throws ends the fetch.
    /// </summary>
    public async Task<FetchReport> FetchAsync(
        RegistryClient client,
        string repository,
        Descriptor root,
        GraphSelection selection,
        IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken,
        Action<long>? received = null,
        Action<long>? lacking = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(selection);

        var statistics = new FetchStatistics();
        try
        {
            return await FetchAsync(client, repository, root, selection, progress, statistics, lacking, cancellationToken);
        }
        finally
        {
            received?.Invoke(statistics.ToReport().BytesReceived);
        }
    }

    /// <summary>
    /// Brings one manifest into the store, and nothing below it. One that is here and right is not asked for again. Keep it by a lease, or
    /// name it as a root when garbage is collected.
    /// </summary>
    public async Task<ReceivedManifest> FetchManifestAsync(
        RegistryClient client, string repository, Digest digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            return await _store.ReadManifestAsync(digest, mediaType: null, cancellationToken);
        }
        catch (StorageException failure) when (failure.Reason is StorageReasons.ContentMissing or StorageReasons.ContentDamaged)
        {
            var manifest = await client.GetManifestAsync(repository, digest, cancellationToken);
            await _store.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
            return manifest;
        }
    }

    private async Task<FetchReport> FetchAsync(
        RegistryClient client,
        string repository,
        Descriptor root,
        GraphSelection selection,
        IProgress<FetchProgress>? progress,
        FetchStatistics statistics,
        Action<long>? announce,
        CancellationToken cancellationToken)
    {
        using var lease = _store.Lease();
        var blobs = await FetchManifestsAsync(client, repository, root, selection, lease, statistics, progress, cancellationToken);
        var lacking = await FindLackingAsync(blobs, statistics, progress, cancellationToken);
        RefuseTooLarge(lacking);
        var toCome = lacking.Sum(blob => blob.Size - _store.Paths.PartialSizeOf(blob.Digest));
        DiskSpace.EnsureRoomFor(toCome, _options.ReservedSpace, _store.Root);
        announce?.Invoke(toCome);

        var fetcher = new BlobFetcher(client, _store, _options, _time, _retries, _logger);
        await ForEachAsync(
            lacking, (blob, token) => fetcher.FetchAsync(repository, blob, statistics, progress, token), cancellationToken);
        return statistics.ToReport();
    }

    private async Task<List<Descriptor>> FetchManifestsAsync(
        RegistryClient client,
        string repository,
        Descriptor root,
        GraphSelection selection,
        ContentLease lease,
        FetchStatistics statistics,
        IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, Descriptor>();
        var seen = new HashSet<Digest>();
        var total = 0L;
        var level = new List<Descriptor> { root };
        for (var depth = 0; level.Count > 0; depth++)
        {
            var manifests = new ConcurrentBag<ReceivedManifest>();
            await ForEachAsync(
                level,
                async (descriptor, token) =>
                {
                    lease.Add(descriptor.Digest);
                    manifests.Add(await FetchManifestAsync(client, repository, descriptor, statistics, progress, token));
                },
                cancellationToken);

            level = [];
            var children = new List<Descriptor>();
            foreach (var manifest in manifests)
            {
                children.AddRange(await selection.ChildrenOfAsync(
                    manifest, isTop: depth == 0, (entry, token) => ReadPlatformAsync(client, repository, entry, lease, token), cancellationToken));
            }

            foreach (var child in children.Where(child => seen.Add(child.Digest)))
            {
                lease.Add(child.Digest);
                total = CheckBounds(child, total, seen.Count, depth);
                if (MediaTypes.IsIndex(child.MediaType) || MediaTypes.IsManifest(child.MediaType))
                {
                    level.Add(child);
                }
                else
                {
                    blobs.Add(child.Digest, child);
                }
            }
        }

        return [.. blobs.Values];
    }

    // What it reads stays in the store: the same question is asked there when the image is served and when garbage is collected.
    private Task<OciPlatform?> ReadPlatformAsync(
        RegistryClient client, string repository, Descriptor entry, ContentLease lease, CancellationToken cancellationToken)
    {
        lease.Add(entry.Digest);
        return PlatformSelector.ReadPlatformAsync(
            entry,
            (manifest, token) => FetchManifestAsync(client, repository, manifest.Digest, token),
            async (configuration, token) =>
            {
                lease.Add(configuration.Digest);
                if (await _store.CheckAsync(configuration, token) == ContentState.Intact)
                {
                    return await _store.ReadVerifiedAsync(configuration.Digest, PlatformSelector.MaxConfigurationSize, token);
                }

                var bytes = await client.GetBlobAsync(repository, configuration, PlatformSelector.MaxConfigurationSize, token);
                await _store.WriteAsync(configuration.MediaType, bytes, token);
                return bytes;
            },
            cancellationToken);
    }

    private async Task<ReceivedManifest> FetchManifestAsync(
        RegistryClient client,
        string repository,
        Descriptor descriptor,
        FetchStatistics statistics,
        IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (await _store.CheckAsync(descriptor, cancellationToken) == ContentState.Intact)
        {
            statistics.Reused(descriptor.Size);
            progress?.Report(new FetchProgress(descriptor.Digest, descriptor.Size, descriptor.Size, FetchState.Reused));
            return await _store.ReadManifestAsync(descriptor.Digest, descriptor.MediaType, cancellationToken);
        }

        var manifest = await client.GetManifestAsync(repository, descriptor.Digest, cancellationToken);
        if (manifest.Descriptor.Size != descriptor.Size || manifest.Descriptor.MediaType != descriptor.MediaType)
        {
            throw new RegistryException(
                RegistryReasons.ManifestInvalid, $"the manifest is {manifest.Descriptor} where {descriptor} was announced")
            {
                Subject = descriptor.Digest.ToString(),
                Disposition = Disposition.Stalled,
            };
        }

        await _store.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
        statistics.Received(descriptor.Size);
        statistics.Fetched();
        progress?.Report(new FetchProgress(descriptor.Digest, descriptor.Size, descriptor.Size, FetchState.Done));
        return manifest;
    }

    private async Task<List<Descriptor>> FindLackingAsync(
        List<Descriptor> blobs, FetchStatistics statistics, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        var lacking = new List<Descriptor>();
        foreach (var blob in blobs)
        {
            switch (await _store.CheckAsync(blob, cancellationToken))
            {
                case ContentState.Intact:
                    statistics.Reused(blob.Size);
                    progress?.Report(new FetchProgress(blob.Digest, blob.Size, blob.Size, FetchState.Reused));
                    break;
                case ContentState.Damaged:
                    LogDamaged(blob.Digest);
                    _store.Delete(blob.Digest);
                    lacking.Add(blob);
                    break;
                default:
                    lacking.Add(blob);
                    break;
            }
        }

        return lacking;
    }

    private long CheckBounds(Descriptor child, long total, int count, int depth)
    {
        var isManifest = MediaTypes.IsIndex(child.MediaType) || MediaTypes.IsManifest(child.MediaType);
        total += Math.Min(child.Size, long.MaxValue - total);
        var isTooMuch = total > _options.MaxTotalSize
            || count > ContentGraph.MaxNodes
            || (isManifest && (depth >= ContentGraph.MaxDepth || child.Size > ManifestReader.MaxSize));
        return isTooMuch
            ? throw new RegistryException(RegistryReasons.ContentTooLarge, $"the artifact is larger or deeper than is accepted, at {child}")
            {
                Subject = child.Digest.ToString(),
                Disposition = Disposition.Stalled,
                Hint = "Make the bundle smaller, or raise the limit for one artifact.",
            }
            : total;
    }

    // By the size in the descriptor, before the first byte; the store's writer keeps a registry from sending more than that.
    private void RefuseTooLarge(List<Descriptor> blobs)
    {
        if (blobs.Find(blob => blob.Size > _options.MaxBlobSize) is { } blob)
        {
            throw new RegistryException(
                RegistryReasons.BlobTooLarge, $"the content {blob.Digest} has {blob.Size} bytes; this site fetches at most {_options.MaxBlobSize}")
            {
                Subject = blob.Digest.ToString(),
                Disposition = Disposition.Stalled,
                Hint = "Split the image into smaller layers, or raise fetch.maxBlobSize at this site.",
            };
        }
    }

    private Task ForEachAsync(
        IEnumerable<Descriptor> items, Func<Descriptor, CancellationToken, Task> body, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = cancellationToken },
            async (item, token) => await body(item, token));

    [LoggerMessage(OciEventIds.CachedBlobDamaged, LogLevel.Warning, "The content {Digest} in the store is damaged and is fetched again")]
    private partial void LogDamaged(Digest digest);
}
