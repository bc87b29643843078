using System.Collections.Concurrent;
using EdgeSync.Agent.State;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>Fetches bundles from their registries into the site's cache. If the cache has everything, it asks no registry.</summary>
internal sealed class CachedBundleSource(
    ContentStore cache,
    RegistryClients registries,
    GraphFetcher fetcher,
    OciPlatform platform,
    ISiteTrust trust,
    TimeProvider time,
    PipelineMetrics metrics,
    TransferLog transfers) : IBundleSource
{
    private readonly CachedSignatures _signatures = new(cache);

    public async Task<VerifiedBundle> VerifyAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken)
    {
        if (trust.FindRevocation(bundle.Digest) is { } revocation)
        {
            throw new ReconciliationException(revocation.Reason, revocation.Message)
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Digest.ToString(),
                Hint = revocation.Hint,
                ExitCode = ExitCodes.NotTrusted,
            };
        }

        var index = await FindIndexAsync(bundle, cancellationToken);
        var place = new TrustPlace(bundle.Repository, channel);
        var verdict = await VerifyCachedAsync(index, place, cancellationToken);
        if (verdict is BundleVerdict.Untrusted doubtful && await TryRefreshAsync(bundle, doubtful, cancellationToken))
        {
            verdict = await VerifyCachedAsync(index, place, cancellationToken);
        }

        return verdict switch
        {
            BundleVerdict.Trusted trusted => trusted.Bundle,
            BundleVerdict.Untrusted untrusted => throw new ReconciliationException(untrusted.Reason, untrusted.Message)
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Digest.ToString(),
                Hint = untrusted.Hint,
                ExitCode = ExitCodes.NotTrusted,
            },
            _ => throw new InvalidOperationException("a bundle is trusted or untrusted"),
        };
    }

    public async Task FetchContentAsync(string channel, VerifiedBundle bundle, string repository, CancellationToken cancellationToken) =>
        await FetchAsync(channel, bundle.Descriptor, repository, ContentOnly(), progress: null, cancellationToken);

    public async Task<bool> IsFetchedAsync(VerifiedBundle bundle, IReadOnlySet<Digest>? leftOut, CancellationToken cancellationToken) =>
        (await cache.VerifyAsync([bundle.Descriptor], leftOut is null ? ContentOnly() : Without(leftOut), cancellationToken)).IsComplete;

    public Task<long> FetchAsync(
        string channel,
        VerifiedBundle bundle,
        string repository,
        IReadOnlySet<Digest> leftOut,
        IProgress<PipelineProgress> progress,
        Action<long> lacking,
        CancellationToken cancellationToken) =>
        FetchAsync(channel, bundle.Descriptor, repository, Without(leftOut), new FetchedBytes(channel, progress), cancellationToken, lacking);

    public async Task FetchAsync(
        string channel, RunningBundle bundle, IReadOnlySet<Digest> leftOut, IProgress<PipelineProgress> progress, CancellationToken cancellationToken) =>
        await FetchAsync(
            channel,
            await FindIndexAsync(bundle.Revision, cancellationToken),
            bundle.Revision.Repository,
            Without(leftOut),
            new FetchedBytes(channel, progress),
            cancellationToken);

    public Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, ValueSources values, CancellationToken cancellationToken) =>
        BundleReader.OpenAsync(bundle, cache, values, cancellationToken);

    public Task<OpenedBundle> OpenAsync(RunningBundle bundle, ValueSources values, CancellationToken cancellationToken) =>
        BundleReader.OpenAsync(bundle, cache, values, cancellationToken);

    private GraphSelection ContentOnly() => GraphSelection.ForBundle(platform, child => child.Annotation(BundleMediaTypes.ImageAnnotation) is null);

    private GraphSelection Without(IReadOnlySet<Digest> leftOut) => GraphSelection.ForBundle(platform, child => !leftOut.Contains(child.Digest));

    private async Task<long> FetchAsync(
        string channel,
        Descriptor index,
        string repository,
        GraphSelection selection,
        FetchedBytes? progress,
        CancellationToken cancellationToken,
        Action<long>? lacking = null)
    {
        var place = OciReference.Parse(repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        var report = await fetcher.FetchAsync(client, place.Repository, index, selection, progress, cancellationToken, Count, lacking);
        return report.BytesReceived;

        void Count(long bytes)
        {
            metrics.AddFetched(bytes);
            transfers.Add(channel, bytes);
        }
    }

    private async Task<Descriptor> FindIndexAsync(BundleRevision bundle, CancellationToken cancellationToken)
    {
        if (cache.Contains(bundle.Digest))
        {
            try
            {
                return (await cache.ReadManifestAsync(bundle.Digest, mediaType: null, cancellationToken)).Descriptor;
            }
            catch (StorageException)
            {
                // Damaged on disk; the registry has it again.
                cache.Delete(bundle.Digest);
            }
        }

        var place = OciReference.Parse(bundle.Repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        var manifest = await client.GetManifestAsync(place.Repository, bundle.Digest, cancellationToken);
        return await cache.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
    }

    private async Task<BundleVerdict> VerifyCachedAsync(Descriptor index, TrustPlace place, CancellationToken cancellationToken) =>
        BundleVerifier.Verify(index, await _signatures.ReadAsync(index.Digest, cancellationToken), trust.Policy, place, time.GetUtcNow());

    private async Task<bool> TryRefreshAsync(BundleRevision bundle, BundleVerdict.Untrusted doubtful, CancellationToken cancellationToken)
    {
        try
        {
            var place = OciReference.Parse(bundle.Repository);
            var client = await registries.GetAsync(place.Registry, cancellationToken);
            return await _signatures.RefreshAsync(client, place.Repository, bundle.Digest, cancellationToken);
        }
        catch (EdgeSyncException failure)
        {
            // The registry may have signatures that the cache lacks: this is not a refusal of the bundle yet.
            throw new ReconciliationException(
                failure.Reason, $"{doubtful.Message}; and its signatures cannot be looked for again: {failure.Message}", failure)
            {
                Subject = bundle.Digest.ToString(),
                Hint = failure.Hint,
                RetryAfter = failure.RetryAfter,
                ExitCode = ExitCodes.NotTrusted,
            };
        }
    }
}

/// <summary>Adds up the progress of a bundle's blobs, in bytes.</summary>
internal sealed class FetchedBytes(string channel, IProgress<PipelineProgress> progress) : IProgress<FetchProgress>
{
    private readonly ConcurrentDictionary<Digest, FetchProgress> _blobs = new();

    public void Report(FetchProgress value)
    {
        _blobs[value.Digest] = value;
        progress.Report(new PipelineProgress(
            channel, PipelineStage.Fetch, "content and images", _blobs.Values.Sum(blob => blob.Received), _blobs.Values.Sum(blob => blob.Size)));
    }
}
