using EdgeSync.Bundles;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>Bundles from their registries by way of the site's cache. With everything in the cache, no registry is asked.</summary>
internal sealed class CachedBundleSource(
    ContentStore cache, RegistryClients registries, GraphFetcher fetcher, OciPlatform platform, ISiteTrust trust, TimeProvider time) : IBundleSource
{
    private readonly CachedSignatures _signatures = new(cache);

    public async Task<VerifiedBundle> JudgeAsync(string channel, BundleRevision bundle, CancellationToken cancellationToken)
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
        var verdict = await JudgeCachedAsync(index, place, cancellationToken);
        if (verdict is BundleVerdict.Untrusted doubtful && await TryRefreshAsync(bundle, doubtful, cancellationToken))
        {
            verdict = await JudgeCachedAsync(index, place, cancellationToken);
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

    public async Task<VerifiedBundle> UpholdAsync(BundleRevision bundle, CancellationToken cancellationToken) =>
        BundleVerifier.Uphold(await FindIndexAsync(bundle, cancellationToken));

    public async Task FetchContentAsync(VerifiedBundle bundle, string repository, CancellationToken cancellationToken)
    {
        var selection = GraphSelection.ForBundle(platform, child => child.Annotation(BundleMediaTypes.ImageAnnotation) is null);
        await FetchAsync(bundle, repository, selection, progress: null, cancellationToken);
    }

    public Task FetchAsync(
        string channel, VerifiedBundle bundle, string repository, IProgress<PipelineProgress> progress, CancellationToken cancellationToken) =>
        FetchAsync(bundle, repository, GraphSelection.ForBundle(platform), new FetchedBytes(channel, progress), cancellationToken);

    public Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, CancellationToken cancellationToken) =>
        BundleReader.OpenAsync(bundle, cache, cancellationToken);

    private async Task FetchAsync(
        VerifiedBundle bundle, string repository, GraphSelection selection, FetchedBytes? progress, CancellationToken cancellationToken)
    {
        var place = OciReference.Parse(repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        await fetcher.FetchAsync(client, place.Repository, bundle.Descriptor, selection, progress, cancellationToken);
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
                // Damaged on disk: what has this digest can be had again.
                cache.Delete(bundle.Digest);
            }
        }

        var place = OciReference.Parse(bundle.Repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        var manifest = await client.GetManifestAsync(place.Repository, bundle.Digest, cancellationToken);
        return await cache.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
    }

    private async Task<BundleVerdict> JudgeCachedAsync(Descriptor index, TrustPlace place, CancellationToken cancellationToken) =>
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
            // Perhaps the registry has signatures that are not here: not yet a refusal of the bundle.
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
