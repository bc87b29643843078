using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// Reads an artifact with one <c>tar+gzip</c> layer of plain YAML, as Flux pushes it. It is one component, brings no images, and holds the objects as
/// they are to be applied: an archive that still needs kustomize is refused, because Flux would read it differently.
/// </summary>
internal static class ForeignArchiveReader
{
    private const string FallbackName = "archive";

    public static async Task<BundleContent> ReadAsync(ReceivedManifest root, ContentStore store, CancellationToken cancellationToken)
    {
        if (root.Content is not ImageManifest { Layers: [var layer] } manifest
            || !layer.MediaType.EndsWith(BundleMediaTypes.ArchiveSuffix, StringComparison.Ordinal)
            || layer.MediaType == BundleMediaTypes.Layer)
        {
            throw new BundleException(
                $"it is no bundle: an image index with the artifact type {BundleMediaTypes.Bundle}, or a manifest with one layer of tar+gzip, is expected")
            {
                Subject = root.Descriptor.Digest.ToString(),
            };
        }

        var packed = await BundleReader.ReadBlobAsync(layer, ArchiveLimits.MaxPackedSize, "content", store, cancellationToken);
        var files = ContentArchiveReader.Read(packed, ArchiveDialect.Foreign)
            .Where(file => Path.GetExtension(file.Path) is ".yaml" or ".yml")
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        RefuseKustomizations(files);
        var objects = files.SelectMany(BundleContentReader.ReadObjects).ToList();
        var metadata = DescribeItself(root.Descriptor.Digest, manifest.Annotations, files);
        var scopes = new ObjectScopes(objects);
        var component = new BundleComponent(
            metadata.Name, Namespace: null, [.. objects.Select(item => item.WithNamespace(scopes.NamespaceOf(item, componentNamespace: null)))]);
        CheckTwice(component);
        return new BundleContent(root.Descriptor, BundleOrigin.Archive, metadata, [component], []);
    }

    private static void RefuseKustomizations(List<ArchiveFile> files)
    {
        var faults = files
            .Where(file => Path.GetFileName(file.Path) is "kustomization.yaml" or "kustomization.yml")
            .Select(file => new BundleFault("an archive that still wants kustomize is not accepted; push what 'kustomize build' prints", file.Path))
            .ToList();
        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }
    }

    private static void CheckTwice(BundleComponent component)
    {
        var faults = component.Objects.GroupBy(item => item.Id.Key, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => new BundleFault($"{group.First().Id} is in the archive twice", group.Last().Source?.File, group.Last().Source?.Line ?? 1))
            .ToList();
        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }
    }

    // Flux writes the revision of its source as main@sha1:…; a version cannot have these characters.
    private static BundleMetadata DescribeItself(Digest digest, IReadOnlyDictionary<string, string>? annotations, List<ArchiveFile> files)
    {
        var title = annotations?.GetValueOrDefault(BundleMediaTypes.TitleAnnotation);
        var version = annotations?.GetValueOrDefault(BundleMediaTypes.VersionAnnotation)
            ?? annotations?.GetValueOrDefault(BundleMediaTypes.RevisionAnnotation)?.Replace('@', '-').Replace(':', '-').Replace('/', '-');
        var name = EntityName.IsValid(title) ? title : FallbackName;
        return new BundleMetadata
        {
            Schema = BundleMetadata.CurrentSchema,
            Name = name,
            Version = version is not null && MetadataRules.VersionProblem(version) is null
                ? version
                : digest.ToShortString(),
            Components = [new ComponentMetadata { Name = name, Files = [.. files.Select(file => file.Path)] }],
            Images = [],
        };
    }
}
