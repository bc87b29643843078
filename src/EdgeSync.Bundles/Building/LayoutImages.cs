using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>
/// The images of a local image layout, by the name in <c>org.opencontainers.image.ref.name</c> or <c>io.containerd.image.name</c>: the whole reference,
/// as skopeo, docker and containerd write it.
/// </summary>
public sealed class LayoutImages : IDisposable
{
    private const string ContainerdName = "io.containerd.image.name";
    private readonly ContentStore _layout;

    private LayoutImages(ContentStore layout) => _layout = layout;

    /// <summary>Opens a layout that is there. Throws <see cref="BundleException"/> for a folder that is none.</summary>
    public static async Task<LayoutImages> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(path, "oci-layout"))
            ? new LayoutImages(await ContentStore.OpenAsync(path, time, cancellationToken))
            : throw new BundleException($"'{path}' is no image layout: it has no file 'oci-layout'") { Subject = path };

    /// <summary>The image with this name, as written or completed; null where the layout has none.</summary>
    public async Task<FoundImage?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        var entries = await _layout.Tags.ListAsync(cancellationToken);
        var entry = entries.FirstOrDefault(e => Names(e).Contains(reference))
            ?? (OciReference.TryParseImage(reference, out var wanted)
                ? entries.FirstOrDefault(e => Names(e).Any(name => OciReference.TryParseImage(name, out var found) && found == wanted))
                    ?? entries.FirstOrDefault(e => wanted.Digest == e.Digest)
                : null);
        return entry is null ? null : await FoundAsync(entry, cancellationToken);
    }

    /// <summary>The layout's only image; null when it has none or several.</summary>
    public async Task<FoundImage?> FindOnlyAsync(CancellationToken cancellationToken) =>
        await _layout.Tags.ListAsync(cancellationToken) is [var only] ? await FoundAsync(only, cancellationToken) : null;

    /// <inheritdoc/>
    public void Dispose() => _layout.Dispose();

    private static IEnumerable<string> Names(Descriptor entry) =>
        new[] { entry.Annotation(LayoutTags.NameAnnotation), entry.Annotation(ContainerdName) }.OfType<string>();

    private async Task<FoundImage> FoundAsync(Descriptor entry, CancellationToken cancellationToken) =>
        new LayoutImage(_layout, await _layout.ReadManifestAsync(entry.Digest, entry.MediaType, cancellationToken));

    private sealed class LayoutImage(ContentStore layout, ReceivedManifest root) : FoundImage
    {
        public override ReceivedManifest Root => root;

        public override string Place => layout.Root;

        public override OciReference? Origin => null;

        public override Task<OciPlatform?> ReadPlatformAsync(Descriptor entry, CancellationToken cancellationToken) => PlatformSelector.ReadPlatformAsync(
            entry,
            (manifest, token) => layout.ReadManifestAsync(manifest.Digest, manifest.MediaType, token),
            (configuration, token) => layout.ReadVerifiedAsync(configuration.Digest, PlatformSelector.MaxConfigurationSize, token),
            cancellationToken);

        public override async Task CopyAsync(Descriptor manifest, ContentStore target, CancellationToken cancellationToken)
        {
            foreach (var (descriptor, _) in await ContentGraphWalk.RunAsync(manifest, layout, cancellationToken))
            {
                if (await target.CheckAsync(descriptor, cancellationToken) != ContentState.Intact)
                {
                    await using var content = layout.OpenRead(descriptor);
                    await target.WriteAsync(descriptor, content, cancellationToken);
                }
            }
        }
    }
}
