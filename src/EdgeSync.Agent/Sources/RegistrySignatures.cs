using System.Text.Json;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// Brings the signatures and attestations that a registry has beside a bundle into a cache. Anybody who may push can add to them: they are bounded in
/// number and bytes, and what the registry says of a referrer only decides which is looked at first.
/// </summary>
internal sealed class RegistrySignatures(ContentStore cache)
{
    private const int MaxManifestBytes = 256 * 1024;

    private readonly CachedSignatures _cached = new(cache);

    /// <summary>Brings what the registry has now; what was here stays. True where something new came.</summary>
    public async Task<bool> RefreshAsync(RegistryClient client, string repository, Digest bundle, CancellationToken cancellationToken)
    {
        var budget = new ByteBudget(SignatureArtifact.MaxTotalBytes);
        var isNew = false;
        foreach (var tag in new[] { CosignSignatures.TagOf(bundle), CosignSignatures.AttestationTagOf(bundle) })
        {
            isNew |= await RefreshTagAsync(client, repository, tag, budget, cancellationToken);
        }

        return await RefreshReferrersAsync(client, repository, bundle, budget, cancellationToken) || isNew;
    }

    private async Task<bool> RefreshTagAsync(
        RegistryClient client, string repository, string tag, ByteBudget budget, CancellationToken cancellationToken)
    {
        if (await client.FindManifestAsync(repository, tag, cancellationToken) is not { } manifest
            || ((await cache.Tags.FindAsync(tag, cancellationToken))?.Digest == manifest.Descriptor.Digest
                && await IsWholeAsync(manifest.Descriptor, cancellationToken)))
        {
            return false;
        }

        var descriptor = await KeepAsync(client, repository, manifest, budget, cancellationToken);
        await cache.Tags.SetAsync(tag, descriptor, cancellationToken);
        return true;
    }

    private async Task<bool> RefreshReferrersAsync(
        RegistryClient client, string repository, Digest bundle, ByteBudget budget, CancellationToken cancellationToken)
    {
        var tag = CachedSignatures.ReferrersTagOf(bundle);
        var known = await ReadKnownAsync(tag, cancellationToken);
        var listed = await client.GetReferrersAsync(repository, bundle, artifactType: null, cancellationToken);
        var news = new List<Descriptor>();
        foreach (var entry in listed.OrderBy(Rank).DistinctBy(entry => entry.Digest).Take(BundleVerifier.MaxArtifacts))
        {
            if (known.All(old => old.Digest != entry.Digest)
                && await TryKeepAsync(client, repository, entry, budget, cancellationToken) is { } kept)
            {
                news.Add(kept);
            }
        }

        if (news.Count == 0)
        {
            return false;
        }

        var index = new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageIndex,
            Manifests = [.. news.Concat(known).Take(BundleVerifier.MaxArtifacts)],
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex);
        await cache.Tags.SetAsync(tag, await cache.WriteAsync(MediaTypes.ImageIndex, bytes, cancellationToken), cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<Descriptor>> ReadKnownAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            if (await cache.Tags.FindAsync(tag, cancellationToken) is not { } descriptor
                || (await cache.ReadManifestAsync(descriptor.Digest, descriptor.MediaType, cancellationToken)).Content is not ImageIndex index)
            {
                return [];
            }

            var known = new List<Descriptor>();
            foreach (var entry in index.Manifests.Take(BundleVerifier.MaxArtifacts))
            {
                if (await IsWholeAsync(entry, cancellationToken))
                {
                    known.Add(entry);
                }
            }

            return known;
        }
        catch (EdgeSyncException failure) when (failure is StorageException or RegistryException)
        {
            return [];
        }
    }

    private async Task<bool> IsWholeAsync(Descriptor entry, CancellationToken cancellationToken)
    {
        if (await cache.CheckAsync(entry, cancellationToken) != ContentState.Intact)
        {
            return false;
        }

        var manifest = await cache.ReadManifestAsync(entry.Digest, entry.MediaType, cancellationToken);
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            if (await cache.CheckAsync(blob, cancellationToken) != ContentState.Intact)
            {
                return false;
            }
        }

        return true;
    }

    // A listing can name what is not there, or is no signature: that is no reason to stop. One that does not answer is.
    private async Task<Descriptor?> TryKeepAsync(
        RegistryClient client, string repository, Descriptor entry, ByteBudget budget, CancellationToken cancellationToken)
    {
        if (entry.Size is <= 0 or > MaxManifestBytes || !budget.TryTake(entry.Size))
        {
            return null;
        }

        try
        {
            var manifest = await client.GetManifestAsync(repository, entry.Digest, cancellationToken);
            return BundleVerifier.IsCandidate(manifest.Bytes) ? await KeepAsync(client, repository, manifest, budget, cancellationToken) : null;
        }
        catch (RegistryException failure) when (failure.Disposition != Disposition.Transient)
        {
            return null;
        }
    }

    private async Task<Descriptor> KeepAsync(
        RegistryClient client, string repository, ReceivedManifest manifest, ByteBudget budget, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            if (await cache.CheckAsync(blob, cancellationToken) != ContentState.Intact && budget.TryTake(blob.Size))
            {
                blobs[blob.Digest] = await client.GetBlobAsync(repository, blob, SignatureArtifact.MaxAttestationBytes, cancellationToken);
            }
        }

        return await _cached.WriteAsync(new SignatureArtifact(manifest.Bytes, blobs), manifest.Descriptor.MediaType, cancellationToken);
    }

    // cosign and some registries list their signatures with no type or the wrong one; those that say the right one come first all the same.
    private static int Rank(Descriptor entry) => entry.ArtifactType switch
    {
        { } type when type.StartsWith("application/vnd.dev.sigstore.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.dev.cosign.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.cncf.notary.", StringComparison.Ordinal) => 0,
        null or MediaTypes.Empty or MediaTypes.ImageConfig => 1,
        _ => 2,
    };
}
