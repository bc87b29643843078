using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Bundles.Building;

/// <summary>Images in registries, each at its own reference.</summary>
/// <param name="clientOf">Gives the client of a registry by its host. The caller keeps the ownership of the client.</param>
/// <param name="time">The clock of the downloads.</param>
/// <param name="retries">How a download is tried again.</param>
public sealed class RegistryImages(Func<string, CancellationToken, Task<RegistryClient>> clientOf, TimeProvider time, RetryPolicy retries)
{
    /// <summary>The image with this name; null when its registry has none. Throws <see cref="RegistryException"/> when the registry cannot be reached.</summary>
    public async Task<FoundImage?> FindAsync(OciReference name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var client = await clientOf(name.Registry, cancellationToken);
        return await ResolveAsync(client, name, cancellationToken) is { } root ? new RegistryImage(client, name, root, time, retries) : null;
    }

    private static async Task<ReceivedManifest?> ResolveAsync(RegistryClient client, OciReference name, CancellationToken cancellationToken)
    {
        if (name.Digest is not { } digest)
        {
            return await client.FindManifestAsync(name.Repository, name.Tag ?? "latest", cancellationToken);
        }

        try
        {
            return await client.GetManifestAsync(name.Repository, digest, cancellationToken);
        }
        catch (RegistryException failure) when (failure.Reason == RegistryReasons.NotFound)
        {
            return null;
        }
    }

    private sealed class RegistryImage(RegistryClient client, OciReference name, ReceivedManifest root, TimeProvider time, RetryPolicy retries) : FoundImage
    {
        public override ReceivedManifest Root => root;

        public override string Place => name.ToString();

        public override OciReference? Origin => name;

        public override Task<OciPlatform?> ReadPlatformAsync(Descriptor entry, CancellationToken cancellationToken) => PlatformSelector.ReadPlatformAsync(
            entry,
            (manifest, token) => client.GetManifestAsync(name.Repository, manifest.Digest, token),
            (configuration, token) => client.GetBlobAsync(name.Repository, configuration, PlatformSelector.MaxConfigurationSize, token),
            cancellationToken);

        public override Task CopyAsync(Descriptor manifest, ContentStore target, CancellationToken cancellationToken) =>
            new GraphFetcher(target, new FetchOptions(), time, retries)
                .FetchAsync(client, name.Repository, manifest, GraphSelection.Everything, progress: null, cancellationToken);
    }
}
