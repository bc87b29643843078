using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Deletes what no root needs. Missing and damaged content stops nothing, a lease and a running download are respected, and it may be
/// interrupted at any point: what is deleted was not needed, and what is left is deleted next time. It needs no space itself.
/// </summary>
public sealed partial class GarbageCollector(ContentStore store, ILogger<GarbageCollector> logger)
{
    /// <summary>
    /// Keeps the roots and, of what hangs below them, what the selection needs; deletes everything else. The roots must hold every bundle
    /// that may be wanted again, and any that is being fetched.
    /// </summary>
    public async Task<GarbageReport> CollectAsync(
        IReadOnlyCollection<Descriptor> roots, GraphSelection selection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(roots);

        // Listed before the walk: what is written from now on is not even looked at.
        var candidates = store.List().ToList();
        var needed = await new ContentGraph(store, selection).WalkAsync(roots, hashBlobs: false, cancellationToken);
        var kept = needed.Select(node => node.Descriptor.Digest).ToHashSet();

        var deleted = new List<Digest>();
        var freed = 0L;
        foreach (var digest in candidates.Where(digest => !kept.Contains(digest) && !store.IsLeased(digest)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = store.SizeOf(digest) ?? 0;
            if (store.Delete(digest))
            {
                deleted.Add(digest);
                freed += size;
            }
        }

        freed += DeleteUnfinished(kept);
        var missing = needed.Where(node => node.State == ContentState.Missing).Select(node => node.Descriptor.Digest).ToList();
        if (deleted.Count > 0)
        {
            LogCollected(deleted.Count, freed);
        }

        return new GarbageReport(deleted, freed, missing);
    }

    private long DeleteUnfinished(HashSet<Digest> kept)
    {
        var freed = 0L;
        foreach (var path in Directory.EnumerateFiles(store.Paths.Partials))
        {
            var isWanted = Digest.TryParse("sha256:" + Path.GetFileName(path), out var digest)
                && (kept.Contains(digest) || store.IsLeased(digest));
            freed += isWanted ? 0 : DeleteUnlessOpen(path);
        }

        return freed;
    }

    // Writers hold their file without sharing, so one that can be opened belongs to nobody who is alive.
    private static long DeleteUnlessOpen(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var length = file.Length;
            File.Delete(path);
            return length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    [LoggerMessage(OciEventIds.GarbageCollected, LogLevel.Information, "Deleted {Count} blobs that nothing needs, {Bytes} bytes")]
    private partial void LogCollected(int count, long bytes);
}
