using EdgeSync.Oci;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// The signatures and attestations that a registry has for a bundle. Every client that may push can add some, so their number and size are limited; the
/// registry's description of a referrer only decides the order; and a broken or missing one does not affect the others.
/// </summary>
internal sealed class RegistrySignatures(RegistryClient client, string repository)
{
    private const int MaxManifestBytes = 256 * 1024;

    /// <summary>Copies what the registry has and the store lacks.</summary>
    public async Task CopyAsync(Digest bundle, ISignatureStore store, CancellationToken cancellationToken)
    {
        var allowance = new Allowance();
        foreach (var tag in new[] { CosignSignatures.TagOf(bundle), CosignSignatures.AttestationTagOf(bundle) })
        {
            await TryCopyTagAsync(tag, store, allowance, cancellationToken);
        }

        foreach (var entry in (await ListReferrersAsync(bundle, cancellationToken)).OrderBy(Rank).DistinctBy(entry => entry.Digest).Take(BundleVerifier.MaxArtifacts))
        {
            if (!await store.HasAsync(tag: null, entry, cancellationToken))
            {
                await TryCopyReferrerAsync(entry, store, allowance, cancellationToken);
            }
        }
    }

    private async Task TryCopyTagAsync(string tag, ISignatureStore store, Allowance allowance, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.FindManifestAsync(repository, tag, cancellationToken) is { } manifest
                && !await store.HasAsync(tag, manifest.Descriptor, cancellationToken))
            {
                await CopyAsync(tag, manifest, store, allowance, cancellationToken);
            }
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
        }
    }

    private async Task<IReadOnlyList<Descriptor>> ListReferrersAsync(Digest bundle, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetReferrersAsync(repository, bundle, artifactType: null, cancellationToken);
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
            return [];
        }
    }

    // A listing can name things that do not exist or are no signatures.
    private async Task TryCopyReferrerAsync(Descriptor entry, ISignatureStore store, Allowance allowance, CancellationToken cancellationToken)
    {
        if (entry.Size is <= 0 or > MaxManifestBytes || !allowance.Bytes.TryTake(entry.Size))
        {
            return;
        }

        try
        {
            var manifest = await client.GetManifestAsync(repository, entry.Digest, cancellationToken);
            if (BundleVerifier.IsCandidate(manifest.Bytes))
            {
                await CopyAsync(tag: null, manifest, store, allowance, cancellationToken);
            }
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
        }
    }

    private async Task CopyAsync(
        string? tag, ReceivedManifest manifest, ISignatureStore store, Allowance allowance, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        var isFirst = true;
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            if (allowance.Fetched.TryGetValue(blob.Digest, out var known))
            {
                blobs[blob.Digest] = known;
            }
            else if (!await store.HasBlobAsync(blob, cancellationToken) && allowance.TryTake(blob.Size, isFirst)
                && await TryGetAsync(blob, cancellationToken) is { } content)
            {
                allowance.Fetched[blob.Digest] = blobs[blob.Digest] = content;
            }

            isFirst = false;
        }

        await store.AddAsync(tag, manifest.Descriptor, new SignatureArtifact(manifest.Bytes, blobs), cancellationToken);
    }

    // Null if it is missing or damaged: the verifier reports it as missing and checks the others.
    private async Task<ReadOnlyMemory<byte>?> TryGetAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetBlobAsync(repository, blob, SignatureArtifact.MaxAttestationBytes, cancellationToken);
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
            return null;
        }
    }

    // A failure of one artifact does not affect the others. A registry that does not answer, or wants other credentials or fewer requests, must not lead
    // to the verdict "no signature" where there is one.
    private static bool IsOfOneThing(RegistryException failure) => failure.Reason
        is RegistryReasons.NotFound or RegistryReasons.ManifestInvalid or RegistryReasons.ContentTooLarge or RegistryReasons.DigestMismatch;

    // cosign and some registries list their signatures without a type or with the wrong one; those with the right type still come first.
    private static int Rank(Descriptor entry) => entry.ArtifactType switch
    {
        { } type when type.StartsWith("application/vnd.dev.sigstore.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.dev.cosign.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.cncf.notary.", StringComparison.Ordinal) => 0,
        null or MediaTypes.Empty or MediaTypes.ImageConfig => 1,
        _ => 2,
    };

    // The limits of one copy: bytes, and contents beyond the first of each artifact. Endless lists of signatures would keep a site on a slow link busy for
    // hours, and the verifier checks no more of them than this.
    private sealed class Allowance
    {
        private int _more = BundleVerifier.MaxEvidence;

        public ByteBudget Bytes { get; } = new(SignatureArtifact.MaxTotalBytes);

        /// <summary>What was fetched already, and is not fetched again.</summary>
        public Dictionary<Digest, ReadOnlyMemory<byte>> Fetched { get; } = [];

        public bool TryTake(long size, bool isFirst) => (isFirst || _more-- > 0) && Bytes.TryTake(size);
    }
}

/// <summary>Limits how many bytes are fetched for one purpose.</summary>
internal sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes this many bytes from the budget; false, and takes none, where that exceeds it.</summary>
    public bool TryTake(long wanted)
    {
        if (wanted > _left)
        {
            return false;
        }

        _left -= wanted;
        return true;
    }
}
