using System.Buffers;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Download;

/// <summary>
/// Brings one blob into a store, over a bad link. After a cut it goes on by range where it stopped, also where an earlier process stopped;
/// the count of tries starts again after any byte of progress. Content with the wrong digest is asked for once more from the start, because a
/// power cut can damage what was kept of it, and is then a failure.
/// </summary>
internal sealed partial class BlobFetcher(
    RegistryClient client, ContentStore store, FetchOptions options, TimeProvider time, RetryPolicy retries, ILogger logger)
{
    private const int ReadSize = 64 * 1024;
    private const long ProgressStep = 1024 * 1024;

    public async Task FetchAsync(
        string repository, Descriptor blob, FetchStatistics statistics, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        await using var writer = await store.ResumeAsync(blob, cancellationToken);
        var mayHoldOldBytes = writer.Length > 0;
        statistics.Saved(writer.Length);
        progress?.Report(new FetchProgress(blob.Digest, writer.Length, blob.Size, mayHoldOldBytes ? FetchState.Resumed : FetchState.Started));
        while (true)
        {
            await ReceiveAllAsync(repository, writer, statistics, progress, cancellationToken);
            if (mayHoldOldBytes && !writer.IsExpected())
            {
                mayHoldOldBytes = false;
                LogRestarted(blob.Digest, RegistryReasons.DigestMismatch);
                statistics.Saved(-writer.Length);
                writer.Restart();
                continue;
            }

            await writer.CommitAsync(cancellationToken);
            statistics.Fetched();
            LogStored(blob.Digest, blob.Size);
            progress?.Report(new FetchProgress(blob.Digest, blob.Size, blob.Size, FetchState.Done));
            return;
        }
    }

    private async Task ReceiveAllAsync(
        string repository, ContentWriter writer, FetchStatistics statistics, IProgress<FetchProgress>? progress, CancellationToken cancellationToken)
    {
        var backoff = retries.CreateBackoff(options.FirstRetryDelay, options.MaxRetryDelay);
        string? entityTag = null;
        while (writer.Length < writer.Expected.Size)
        {
            var before = writer.Length;
            try
            {
                entityTag = await ReceiveAsync(repository, writer, entityTag, statistics, progress, cancellationToken);
                if (writer.Length < writer.Expected.Size)
                {
                    throw RegistryFaults.EndedEarly(writer.Expected, writer.Length);
                }
            }
            catch (RegistryException failure) when (MayPass(failure))
            {
                if (writer.Length > before)
                {
                    backoff.Reset();
                }

                if (backoff.Failures >= options.MaxFruitlessTries || failure.RetryAfter > options.MaxRetryDelay)
                {
                    throw;
                }

                var wait = backoff.Next();
                LogResumed(writer.Expected.Digest, failure.Reason, writer.Length, backoff.Failures);
                await Task.Delay(failure.RetryAfter > wait ? failure.RetryAfter.Value : wait, time, cancellationToken);
            }
        }
    }

    private async Task<string?> ReceiveAsync(
        string repository,
        ContentWriter writer,
        string? entityTag,
        FetchStatistics statistics,
        IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken)
    {
        var blob = writer.Expected;
        await using var download = await client.OpenBlobAsync(repository, blob.Digest, writer.Length, entityTag, cancellationToken);
        if (download.Offset != writer.Length)
        {
            LogRestarted(blob.Digest, "RangeIgnored");
            writer.Restart();
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            var reported = writer.Length;
            int read;
            while ((read = await download.Content.ReadAsync(buffer.AsMemory(0, ReadSize), cancellationToken)) > 0)
            {
                statistics.Received(read);
                await writer.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
                if (writer.Length - reported >= ProgressStep)
                {
                    reported = writer.Length;
                    progress?.Report(new FetchProgress(blob.Digest, writer.Length, blob.Size, FetchState.Receiving));
                }
            }

            return download.EntityTag;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool MayPass(RegistryException failure) => failure.Reason
        is RegistryReasons.RegistryUnreachable
        or RegistryReasons.ConnectionLost
        or RegistryReasons.TransferTooSlow
        or RegistryReasons.RegistryError
        or RegistryReasons.RateLimited;

    [LoggerMessage(OciEventIds.BlobResumed, LogLevel.Information, "Fetching {Digest} broke with {Reason} at byte {Offset}, try {Attempt}")]
    private partial void LogResumed(Digest digest, string reason, long offset, int attempt);

    [LoggerMessage(OciEventIds.BlobRestarted, LogLevel.Warning, "Fetching {Digest} begins again from the start: {Reason}")]
    private partial void LogRestarted(Digest digest, string reason);

    [LoggerMessage(OciEventIds.BlobStored, LogLevel.Debug, "Stored {Digest}, {Size} bytes")]
    private partial void LogStored(Digest digest, long size);
}
