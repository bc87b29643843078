using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Publishing;

/// <summary>Signs a bundle in a registry as <c>cosign sign --key</c> does, and keeps other signatures.</summary>
internal sealed class BundleSigner(RegistryClient registry)
{
    /// <summary>Signs the artifact of a reference. Returns its digest, and false when this key has already signed it.</summary>
    public async Task<(Descriptor Bundle, bool IsNew)> SignAsync(OciReference reference, SigningKey key, CancellationToken cancellationToken)
    {
        var bundle = await FindAsync(reference, cancellationToken);
        var tag = CosignSignatures.TagOf(bundle.Digest);
        var existing = await registry.FindManifestAsync(reference.Repository, tag, cancellationToken);
        var payload = new SimpleSigningPayload(bundle.Digest, CosignNameOf(reference));
        if (CosignSignatures.Append(payload, key, existing?.Content) is not { } artifact)
        {
            return (bundle, false);
        }

        foreach (var blob in artifact.Blobs)
        {
            await registry.PushBlobAsync(reference.Repository, blob.Descriptor.MediaType, blob.Content, cancellationToken);
        }

        await registry.PushManifestAsync(reference.Repository, tag, MediaTypes.ImageManifest, artifact.Manifest, cancellationToken);
        return (bundle, true);
    }

    private async Task<Descriptor> FindAsync(OciReference reference, CancellationToken cancellationToken)
    {
        if (reference.Digest is { } digest)
        {
            return (await registry.GetManifestAsync(reference.Repository, digest, cancellationToken)).Descriptor;
        }

        var found = reference.Tag is null ? null : await registry.FindManifestAsync(reference.Repository, reference.Tag, cancellationToken);
        return found?.Descriptor ?? throw new PublishException("BundleNotFound", $"there is nothing at '{reference}'")
        {
            Subject = reference.ToString(),
            Hint = "Push the bundle first ('edgesync bundle push').",
        };
    }

    // cosign writes Docker Hub by its old name.
    private static string CosignNameOf(OciReference reference) =>
        reference.Registry == OciReference.DockerHub ? $"index.docker.io/{reference.Repository}" : reference.Name;
}
