using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Oci.Content;

/// <summary>The tags of an image layout: entries of <c>index.json</c> with the annotation <c>org.opencontainers.image.ref.name</c>.</summary>
public sealed class LayoutTags
{
    /// <summary>The annotation that holds a tag.</summary>
    public const string NameAnnotation = "org.opencontainers.image.ref.name";

    private const int MaxIndexSize = 16 * 1024 * 1024;

    private readonly LayoutPaths _paths;
    private readonly LayoutLock _lock;

    internal LayoutTags(LayoutPaths paths, LayoutLock layoutLock)
    {
        _paths = paths;
        _lock = layoutLock;
    }

    /// <summary>All entries of <c>index.json</c>, with and without a tag, in order.</summary>
    public async Task<IReadOnlyList<Descriptor>> ListAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Manifests;

    /// <summary>The entry with this tag, or null.</summary>
    public async Task<Descriptor?> FindAsync(string tag, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(entry => entry.Annotation(NameAnnotation) == tag);

    /// <summary>Makes the tag point to this manifest, durably. The descriptor's own annotations are kept.</summary>
    public Task SetAsync(string tag, Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (!ReferenceGrammar.IsTag(tag))
        {
            throw new ArgumentException($"'{tag}' is not a tag", nameof(tag));
        }

        var annotations = new Dictionary<string, string>(descriptor.Annotations ?? new Dictionary<string, string>())
        {
            [NameAnnotation] = tag,
        };
        var entry = descriptor with { Annotations = annotations };
        return ChangeAsync(entries => [.. entries.Where(old => old.Annotation(NameAnnotation) != tag), entry], cancellationToken);
    }

    /// <summary>Removes the tag, durably; content stays until garbage is collected. Safe to call again.</summary>
    public Task RemoveAsync(string tag, CancellationToken cancellationToken) =>
        ChangeAsync(entries => [.. entries.Where(old => old.Annotation(NameAnnotation) != tag)], cancellationToken);

    // Makes index.json where there is none. One that a foreign tool damaged is an error, not an empty store.
    internal Task EnsureAsync(CancellationToken cancellationToken) => ChangeAsync(entries => entries, cancellationToken);

    private Task<bool> ChangeAsync(
        Func<IReadOnlyList<Descriptor>, IReadOnlyList<Descriptor>> change, CancellationToken cancellationToken) =>
        _lock.RunAsync(
            async () =>
            {
                var index = await ReadAsync(cancellationToken);
                var entries = change(index.Manifests);
                var isUnchanged = ReferenceEquals(entries, index.Manifests) && File.Exists(_paths.Index);
                if (!isUnchanged)
                {
                    var bytes = JsonSerializer.SerializeToUtf8Bytes(index with { Manifests = entries }, OciJsonContext.Default.ImageIndex);
                    await DurableFile.WriteAsync(_paths.Index, bytes, DurableFile.SharedMode, cancellationToken);
                }

                return !isUnchanged;
            },
            cancellationToken);

    private async Task<ImageIndex> ReadAsync(CancellationToken cancellationToken)
    {
        if (RegularFile.LengthOf(_paths.Index) is not { } length)
        {
            return new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.ImageIndex, Manifests = [] };
        }

        // A pipe or a device on a medium that is not ours has no length, and opening it may wait for ever.
        if (length == 0)
        {
            throw StoreFaults.InvalidLayout(_paths.Index, "it is empty, or no regular file");
        }

        if (length > MaxIndexSize)
        {
            throw StoreFaults.InvalidLayout(_paths.Index, $"it has more than {MaxIndexSize} bytes");
        }

        try
        {
            return StrictJson.Read(await File.ReadAllBytesAsync(_paths.Index, cancellationToken), OciJsonContext.Default.ImageIndex);
        }
        catch (JsonException failure)
        {
            throw StoreFaults.InvalidLayout(_paths.Index, FaultText.Describe(failure), failure);
        }
    }
}
