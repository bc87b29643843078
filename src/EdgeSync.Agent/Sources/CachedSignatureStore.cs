using System.Text.Json;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>The signatures of one bundle in a site's cache, while those of the registry are copied to it. Existing ones stay.</summary>
internal sealed class CachedSignatureStore : ISignatureStore
{
    private readonly ContentStore _cache;
    private readonly string _referrersTag;
    private readonly IReadOnlyList<Descriptor> _known;
    private readonly List<Descriptor> _newReferrers = [];
    private bool _hasNewTag;

    private CachedSignatureStore(ContentStore cache, string referrersTag, IReadOnlyList<Descriptor> known)
    {
        _cache = cache;
        _referrersTag = referrersTag;
        _known = known;
    }

    public static async Task<CachedSignatureStore> OpenAsync(ContentStore cache, Digest bundle, CancellationToken cancellationToken)
    {
        var tag = CachedSignatures.ReferrersTagOf(bundle);
        return new CachedSignatureStore(cache, tag, await ReadKnownAsync(cache, tag, cancellationToken));
    }

    public async Task<bool> HasAsync(string? tag, Descriptor manifest, CancellationToken cancellationToken) => tag is null
        ? _known.Any(old => old.Digest == manifest.Digest)
        : (await _cache.Tags.FindAsync(tag, cancellationToken))?.Digest == manifest.Digest && await IsWholeAsync(_cache, manifest, cancellationToken);

    public async Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        await _cache.CheckAsync(blob, cancellationToken) == ContentState.Intact;

    public async Task AddAsync(string? tag, Descriptor manifest, SignatureArtifact artifact, CancellationToken cancellationToken)
    {
        foreach (var (_, content) in artifact.Blobs)
        {
            await _cache.WriteAsync(MediaTypes.Empty, content, cancellationToken);
        }

        var descriptor = await _cache.WriteAsync(manifest.MediaType, artifact.Manifest, cancellationToken);
        if (tag is null)
        {
            _newReferrers.Add(descriptor);
        }
        else
        {
            await _cache.Tags.SetAsync(tag, descriptor, cancellationToken);
            _hasNewTag = true;
        }
    }

    /// <summary>Adds the new referrers to the list of known ones. True where there was something new.</summary>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        if (_newReferrers.Count == 0)
        {
            return _hasNewTag;
        }

        var index = new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageIndex,
            Manifests = [.. _newReferrers.Concat(_known).Take(BundleVerifier.MaxArtifacts)],
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex);
        await _cache.Tags.SetAsync(_referrersTag, await _cache.WriteAsync(MediaTypes.ImageIndex, bytes, cancellationToken), cancellationToken);
        return true;
    }

    private static async Task<IReadOnlyList<Descriptor>> ReadKnownAsync(ContentStore cache, string tag, CancellationToken cancellationToken)
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
                if (await IsWholeAsync(cache, entry, cancellationToken))
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

    private static async Task<bool> IsWholeAsync(ContentStore cache, Descriptor entry, CancellationToken cancellationToken)
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
}
