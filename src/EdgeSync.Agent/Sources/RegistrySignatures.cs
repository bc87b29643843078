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
        var budget = new ByteBudget(SignatureArtifact.MaxTotalBytes);
        foreach (var tag in new[] { CosignSignatures.TagOf(bundle), CosignSignatures.AttestationTagOf(bundle) })
        {
            await TryCopyTagAsync(tag, shelf, budget, cancellationToken);
        }

        foreach (var entry in (await ListReferrersAsync(bundle, cancellationToken)).OrderBy(Rank).DistinctBy(entry => entry.Digest).Take(BundleVerifier.MaxArtifacts))
        {
            if (!await shelf.HasAsync(tag: null, entry, cancellationToken))
            {
                await TryCopyReferrerAsync(entry, shelf, budget, cancellationToken);
            }
        }
    }

    private async Task TryCopyTagAsync(string tag, ISignatureShelf shelf, ByteBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.FindManifestAsync(repository, tag, cancellationToken) is { } manifest
                && !await shelf.HasAsync(tag, manifest.Descriptor, cancellationToken))
            {
                await CopyAsync(tag, manifest, shelf, budget, cancellationToken);
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
    private async Task TryCopyReferrerAsync(Descriptor entry, ISignatureShelf shelf, ByteBudget budget, CancellationToken cancellationToken)
    {
        if (entry.Size is <= 0 or > MaxManifestBytes || !budget.TryTake(entry.Size))
        {
            return;
        }

        try
        {
            var manifest = await client.GetManifestAsync(repository, entry.Digest, cancellationToken);
            if (BundleVerifier.IsCandidate(manifest.Bytes))
            {
                await CopyAsync(tag: null, manifest, shelf, budget, cancellationToken);
            }
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
        }
    }

    private async Task CopyAsync(
        string? tag, ReceivedManifest manifest, ISignatureShelf shelf, ByteBudget budget, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            if (!await shelf.HasBlobAsync(blob, cancellationToken) && budget.TryTake(blob.Size))
            {
                await TryGetAsync(blob, blobs, cancellationToken);
            }
        }

        await shelf.AddAsync(tag, manifest.Descriptor, new SignatureArtifact(manifest.Bytes, blobs), cancellationToken);
    }

    private async Task TryGetAsync(Descriptor blob, Dictionary<Digest, ReadOnlyMemory<byte>> blobs, CancellationToken cancellationToken)
    {
        try
        {
            blobs[blob.Digest] = await client.GetBlobAsync(repository, blob, SignatureArtifact.MaxAttestationBytes, cancellationToken);
        }
        catch (RegistryException failure) when (IsOfOneThing(failure))
        {
            // The verifier says of it that it is missing, and judges the others.
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
}
