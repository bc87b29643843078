using EdgeSync.Contracts;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// Reads bundles from a content store, with no network. Every byte is checked against the digest that leads to it, from the bundle's own digest
/// down.
/// </summary>
public static class BundleReader
{
    /// <summary>
    /// Opens a bundle whose signatures were judged. Throws <see cref="BundleException"/> with <see cref="ReasonCodes.BundleInvalid"/> or
    /// <see cref="ReasonCodes.BundleEmpty"/>, and <see cref="StorageException"/> where the store lacks a part of it.
    /// </summary>
    public static async Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, ContentStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new OpenedBundle(bundle, await InspectAsync(bundle.Descriptor.Digest, store, cancellationToken));
    }

    /// <summary>
    /// Reads a bundle that nobody has judged: for looking at it. What comes back cannot be staged. Fails as <see cref="OpenAsync"/> does.
    /// </summary>
    public static async Task<BundleContent> InspectAsync(Digest bundle, ContentStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            var root = await store.ReadManifestAsync(bundle, mediaType: null, cancellationToken);
            var content = BundleIndex.IsBundle(root.Content)
                ? await BundleContentReader.ReadAsync(root, store, cancellationToken)
                : await ForeignArchiveReader.ReadAsync(root, store, cancellationToken);
            return content.Objects.Count > 0
                ? content
                : throw new BundleException(ReasonCodes.BundleEmpty, $"the bundle {content.Metadata.Name} {content.Metadata.Version} has no object")
                {
                    Subject = bundle.ToString(),
                    Hint = "Release a bundle with at least one object; an empty one would delete everything that the last one brought.",
                };
        }
        catch (RegistryException failure) when (failure.Reason is RegistryReasons.ManifestInvalid or RegistryReasons.ContentTooLarge)
        {
            throw new BundleException($"the bundle {bundle} cannot be read: {failure.Message}", failure) { Subject = bundle.ToString() };
        }
    }

    internal static async Task<byte[]> ReadBlobAsync(
        Descriptor descriptor, int maxSize, string what, ContentStore store, CancellationToken cancellationToken)
    {
        if (descriptor.Size > maxSize)
        {
            throw new BundleException($"the bundle's {what} has {descriptor.Size} bytes; at most {maxSize} are accepted");
        }

        var bytes = await store.ReadVerifiedAsync(descriptor.Digest, maxSize, cancellationToken);
        return bytes.Length == descriptor.Size
            ? bytes
            : throw new BundleException($"the bundle's {what} has {bytes.Length} bytes where {descriptor.Size} are announced");
    }
}
