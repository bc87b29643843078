using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// Reads bundles from a content store, without the network. Every byte is checked against a digest, beginning with the bundle's own.
/// </summary>
public static class BundleReader
{
    /// <summary>
    /// Opens a verified bundle as a site with these values applies it. Throws <see cref="BundleException"/> with <see cref="ReasonCodes.BundleInvalid"/>,
    /// <see cref="ReasonCodes.BundleEmpty"/> or <see cref="ReasonCodes.SiteValueInvalid"/>, and <see cref="StorageException"/> when the store lacks a part of the
    /// bundle.
    /// </summary>
    public static async Task<OpenedBundle> OpenAsync(VerifiedBundle bundle, ContentStore store, ValueSources values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new OpenedBundle(bundle, await InspectAsync(bundle.Descriptor.Digest, store, values, cancellationToken));
    }

    /// <summary>Opens the bundle that this site runs already. Fails as the overload for a <see cref="VerifiedBundle"/> does.</summary>
    public static async Task<OpenedBundle> OpenAsync(RunningBundle bundle, ContentStore store, ValueSources values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new OpenedBundle(proof: null, await InspectAsync(bundle.Revision.Digest, store, values, cancellationToken));
    }

    /// <summary>
    /// Reads a bundle that was not verified as it was built, for people who inspect it. The result cannot be staged. Fails as opening a bundle does.
    /// </summary>
    public static Task<BundleContent> InspectAsync(Digest bundle, ContentStore store, CancellationToken cancellationToken) =>
        InspectAsync(bundle, store, values: null, cancellationToken);

    /// <summary>As the other one; with <paramref name="values"/> as a site with these values would apply it.</summary>
    public static async Task<BundleContent> InspectAsync(Digest bundle, ContentStore store, ValueSources? values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            var root = await store.ReadManifestAsync(bundle, mediaType: null, cancellationToken);
            var content = BundleIndex.IsBundle(root.Content)
                ? await BundleContentReader.ReadAsync(root, store, values, cancellationToken)
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

    /// <summary>What to fetch of a bundle for <see cref="InspectAsync(Digest, ContentStore, CancellationToken)"/>: its content without the images.</summary>
    public static GraphSelection SelectContent(ReceivedManifest root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.Content is ImageManifest)
        {
            return GraphSelection.Everything;
        }

        var content = BundleIndex.Read(root.Content).Content.Digest;
        return GraphSelection.ForBundle(OciPlatform.Current, child => child.Digest == content);
    }

    /// <summary>The name and version that a bundle or a foreign archive gives itself, for people; <paramref name="fallback"/> where it has no valid name.</summary>
    public static (string Name, string Version) NameOf(ReceivedManifest root, string fallback)
    {
        ArgumentNullException.ThrowIfNull(root);
        var annotations = root.Content.Annotations;
        var title = annotations?.GetValueOrDefault(BundleMediaTypes.TitleAnnotation);

        // Flux writes the revision of its source as main@sha1:…; a version cannot have these characters.
        var version = annotations?.GetValueOrDefault(BundleMediaTypes.VersionAnnotation)
            ?? annotations?.GetValueOrDefault(BundleMediaTypes.RevisionAnnotation)?.Replace('@', '-').Replace(':', '-').Replace('/', '-');
        return (
            EntityName.IsValid(title) ? title : fallback,
            version is not null && MetadataRules.VersionProblem(version) is null ? version : root.Descriptor.Digest.ToShortString());
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
