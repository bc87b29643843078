using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// The signatures and attestations of bundles in the cache, so that a bundle can be verified again without a network, after a restart or under another
/// policy. cosign's tags keep their names; referrers are listed under the fallback tag of the OCI specification.
/// </summary>
internal sealed class CachedSignatures(ContentStore cache)
{
    private const int MaxManifestBytes = 256 * 1024;
    private const int MaxUntagged = 1024;

    /// <summary>The tag under which referrers of this digest are listed.</summary>
    public static string ReferrersTagOf(Digest digest) => $"sha256-{digest.Hex}";

    /// <summary>Every tag that may hold signatures of a bundle.</summary>
    public static string[] TagsOf(Digest bundle) =>
        [CosignSignatures.TagOf(bundle), CosignSignatures.AttestationTagOf(bundle), ReferrersTagOf(bundle)];

    /// <summary>What the cache has, the tags first. A damaged one is left out: it proves nothing, and the next refresh fetches it again.</summary>
    public async Task<IReadOnlyList<SignatureArtifact>> ReadAsync(Digest bundle, CancellationToken cancellationToken)
    {
        var found = new List<SignatureArtifact>();
        var entries = await cache.Tags.ListAsync(cancellationToken);
        foreach (var tag in TagsOf(bundle))
        {
            if (entries.FirstOrDefault(entry => entry.Annotation(LayoutTags.NameAnnotation) == tag) is not { } descriptor)
            {
                continue;
            }

            await TryAddAsync(found, descriptor, ManifestReader.MaxSize, cancellationToken);
        }

        // Other tools (oras, cosign save) list what they copied with a bundle without a tag.
        var untagged = entries.Where(entry => entry.Annotation(LayoutTags.NameAnnotation) is null && entry.Digest != bundle);
        foreach (var entry in untagged.Take(MaxUntagged))
        {
            await TryAddAsync(found, entry, MaxManifestBytes, cancellationToken);
        }

        return found;
    }

    /// <summary>Copies what the registry has and the cache lacks; existing ones stay. True where there was something new.</summary>
    public async Task<bool> RefreshAsync(RegistryClient client, string repository, Digest bundle, CancellationToken cancellationToken)
    {
        var store = await CachedSignatureStore.OpenAsync(cache, bundle, cancellationToken);
        await new RegistrySignatures(client, repository).CopyAsync(bundle, store, cancellationToken);
        return await store.SaveAsync(cancellationToken);
    }

    private async Task TryAddAsync(List<SignatureArtifact> found, Descriptor descriptor, int maxBytes, CancellationToken cancellationToken)
    {
        if (descriptor.Size > maxBytes || found.Count >= BundleVerifier.MaxArtifacts)
        {
            return;
        }

        try
        {
            var bytes = await cache.ReadVerifiedAsync(descriptor.Digest, maxBytes, cancellationToken);
            if (BundleVerifier.IsCandidate(bytes))
            {
                found.Add(new SignatureArtifact(bytes, await ReadBlobsAsync(bytes, cancellationToken)));
            }
            else if (maxBytes > MaxManifestBytes && ManifestReader.Read(bytes, descriptor.MediaType).Content is ImageIndex index)
            {
                foreach (var referrer in index.Manifests.Take(BundleVerifier.MaxArtifacts))
                {
                    await TryAddAsync(found, referrer, MaxManifestBytes, cancellationToken);
                }
            }
        }
        catch (EdgeSyncException failure) when (failure is StorageException or Oci.RegistryException)
        {
            // A damaged or missing one does not affect the others.
        }
    }

    private async Task<Dictionary<Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(byte[] manifest, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest))
        {
            try
            {
                blobs[blob.Digest] = await cache.ReadVerifiedAsync(blob.Digest, SignatureArtifact.MaxAttestationBytes, cancellationToken);
            }
            catch (StorageException)
            {
                // The verifier reports it as missing and checks the others.
            }
        }

        return blobs;
    }
}
