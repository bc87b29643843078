using EdgeSync.Oci;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// The signatures and attestations that a registry has beside a bundle. Anybody who may push can add to them: they are bounded in number and bytes,
/// what the registry says of a referrer only decides which is looked at first, and what is broken or gone takes nothing away from the others.
/// </summary>
internal sealed class RegistrySignatures(RegistryClient client, string repository)
{
    private const int MaxManifestBytes = 256 * 1024;

    /// <summary>Brings what the shelf lacks of what the registry has now.</summary>
    public async Task CopyAsync(Digest bundle, ISignatureShelf shelf, CancellationToken cancellationToken)
    {
        var allowance = new Allowance();
        foreach (var tag in new[] { CosignSignatures.TagOf(bundle), CosignSignatures.AttestationTagOf(bundle) })
        {
            await TryCopyTagAsync(tag, shelf, allowance, cancellationToken);
        }

        foreach (var entry in (await ListReferrersAsync(bundle, cancellationToken)).OrderBy(Rank).DistinctBy(entry => entry.Digest).Take(BundleVerifier.MaxArtifacts))
        {
            if (!await shelf.HasAsync(tag: null, entry, cancellationToken))
            {
                await TryCopyReferrerAsync(entry, shelf, allowance, cancellationToken);
            }
        }
    }

    private async Task TryCopyTagAsync(string tag, ISignatureShelf shelf, Allowance allowance, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.FindManifestAsync(repository, tag, cancellationToken) is { } manifest
                && !await shelf.HasAsync(tag, manifest.Descriptor, cancellationToken))
            {
                await CopyAsync(tag, manifest, shelf, allowance, cancellationToken);
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

    // A listing can name what is not there, or is no signature.
    private async Task TryCopyReferrerAsync(Descriptor entry, ISignatureShelf shelf, Allowance allowance, CancellationToken cancellationToken)
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
                await CopyAsync(tag: null, manifest, shelf, allowance, cancellationToken);
            }
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
        }
    }

    private async Task CopyAsync(
        string? tag, ReceivedManifest manifest, ISignatureShelf shelf, Allowance allowance, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        var isFirst = true;
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            if (allowance.Fetched.TryGetValue(blob.Digest, out var known))
            {
                blobs[blob.Digest] = known;
            }
            else if (!await shelf.HasBlobAsync(blob, cancellationToken) && allowance.TryTake(blob.Size, isFirst)
                && await TryGetAsync(blob, cancellationToken) is { } content)
            {
                allowance.Fetched[blob.Digest] = blobs[blob.Digest] = content;
            }

            isFirst = false;
        }

        await shelf.AddAsync(tag, manifest.Descriptor, new SignatureArtifact(manifest.Bytes, blobs), cancellationToken);
    }

    // Null where it is gone or damaged: the verifier says of it that it is missing, and judges the others.
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

    // What is wrong with this one thing says nothing of the others. A registry that does not answer, wants other credentials or fewer requests would have
    // the verdict be "no signature" where there is one.
    private static bool IsOfOneThing(RegistryException failure) => failure.Reason
        is RegistryReasons.NotFound or RegistryReasons.ManifestInvalid or RegistryReasons.ContentTooLarge or RegistryReasons.DigestMismatch;

    // cosign and some registries list their signatures with no type or the wrong one; those that say the right one come first all the same.
    private static int Rank(Descriptor entry) => entry.ArtifactType switch
    {
        { } type when type.StartsWith("application/vnd.dev.sigstore.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.dev.cosign.", StringComparison.Ordinal)
            || type.StartsWith("application/vnd.cncf.notary.", StringComparison.Ordinal) => 0,
        null or MediaTypes.Empty or MediaTypes.ImageConfig => 1,
        _ => 2,
    };

    // What one copy may bring: so many bytes, and so many contents beyond the first of each artifact. Lists of signatures without an end would keep a
    // site on a slow link busy for hours, and no more of them are looked at.
    private sealed class Allowance
    {
        private int _more = BundleVerifier.MaxEvidence;

        public ByteBudget Bytes { get; } = new(SignatureArtifact.MaxTotalBytes);

        /// <summary>What came already, and is not asked for again.</summary>
        public Dictionary<Digest, ReadOnlyMemory<byte>> Fetched { get; } = [];

        public bool TryTake(long size, bool isFirst) => (isFirst || _more-- > 0) && Bytes.TryTake(size);
    }
}
