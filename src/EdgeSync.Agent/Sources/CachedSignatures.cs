using EdgeSync.Oci.Content;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// The signatures of bundles, kept in the cache beside them under the tag that cosign gives them, so that a bundle can be judged again with no
/// network, after a restart or under another policy.
/// </summary>
internal sealed class CachedSignatures(ContentStore cache)
{
    /// <summary>Brings what the registry has now. True where that differs from what is here.</summary>
    public async Task<bool> RefreshAsync(RegistryClient client, string repository, Digest bundle, CancellationToken cancellationToken)
    {
        var tag = CosignSignatures.TagOf(bundle);
        if (await client.FindManifestAsync(repository, tag, cancellationToken) is not { } manifest
            || (await cache.Tags.FindAsync(tag, cancellationToken))?.Digest == manifest.Descriptor.Digest)
        {
            return false;
        }

        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes).Where(blob => !cache.Contains(blob.Digest)))
        {
            await cache.WriteAsync(
                blob.MediaType,
                await client.GetBlobAsync(repository, blob, SignatureArtifact.MaxBlobBytes, cancellationToken),
                cancellationToken);
        }

        var descriptor = await cache.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
        await cache.Tags.SetAsync(tag, descriptor, cancellationToken);
        return true;
    }

    /// <summary>What the cache has. A damaged one is left out: it proves nothing, and the next refresh brings it anew.</summary>
    public async Task<IReadOnlyList<SignatureArtifact>> ReadAsync(Digest bundle, CancellationToken cancellationToken)
    {
        if (await cache.Tags.FindAsync(CosignSignatures.TagOf(bundle), cancellationToken) is not { } descriptor)
        {
            return [];
        }

        try
        {
            var manifest = await cache.ReadManifestAsync(descriptor.Digest, descriptor.MediaType, cancellationToken);
            var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
            foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
            {
                blobs[blob.Digest] = await cache.ReadVerifiedAsync(blob.Digest, SignatureArtifact.MaxBlobBytes, cancellationToken);
            }

            return [new SignatureArtifact(manifest.Bytes, blobs)];
        }
        catch (StorageException)
        {
            await cache.Tags.RemoveAsync(CosignSignatures.TagOf(bundle), cancellationToken);
            return [];
        }
    }
}
