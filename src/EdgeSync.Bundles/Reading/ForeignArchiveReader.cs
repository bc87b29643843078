using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using ManifestReader = EdgeSync.Kubernetes.Manifests.ManifestReader;

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
        if (root.Content is not ImageManifest { Layers: [var layer] }
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
            .Where(file => ManifestNames.IsManifest(file.Path) || ManifestNames.IsKustomization(file.Path))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        RefuseSources(files);
        var read = files.Select(file => (file.Path, Objects: ReadObjects(file))).Where(file => file.Objects is not null).ToList();
        var objects = read.SelectMany(file => file.Objects!).ToList();
        var metadata = DescribeItself(root, [.. read.Select(file => file.Path)]);
        var scopes = new ObjectScopes(objects);
        var component = new BundleComponent(
            metadata.Name, Namespace: null, [.. objects.Select(item => item.WithNamespace(scopes.NamespaceOf(item, componentNamespace: null)))]);
        RefuseHooks(component);
        CheckTwice(component);
        return new BundleContent(root.Descriptor, BundleOrigin.Archive, metadata, [component], []);
    }

    // Null for the values of a chart, or the configuration of a tool, which are in the folders that people pack.
    private static IReadOnlyList<KubernetesObject>? ReadObjects(ArchiveFile file)
    {
        try
        {
            return BundleContentReader.ReadObjects(file);
        }
        catch (BundleException) when (!ManifestReader.HasObjects(file.Content))
        {
            return null;
        }
    }

    private static void RefuseSources(List<ArchiveFile> files)
    {
        var faults = files
            .Where(file => ManifestNames.IsKustomization(file.Path))
            .Select(file => new BundleFault("an archive that still wants kustomize is not accepted; push what 'kustomize build' prints", file.Path))
            .Concat(files.Where(file => ManifestNames.IsChart(file.Path))
                .Select(file => new BundleFault("an archive with a Helm chart is not accepted; push what 'helm template' prints", file.Path)))
            .ToList();
        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }
    }

    // An archive has no schema that keeps agents without hooks from running them as ordinary Jobs.
    private static void RefuseHooks(BundleComponent component)
    {
        var faults = component.Objects.Where(Hook.IsOne)
            .Select(item => new BundleFault($"{item.Id} is a hook, and an archive cannot have hooks; build a bundle of it with 'edgesync bundle build'", item.Source?.File, item.Source?.Line ?? 1))
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

    private static BundleMetadata DescribeItself(ReceivedManifest root, IReadOnlyList<string> files)
    {
        var (name, version) = BundleReader.NameOf(root, FallbackName);
        return new BundleMetadata
        {
            Schema = BundleMetadata.CurrentSchema,
            Name = name,
            Version = version,
            Components = [new ComponentMetadata { Name = name, Files = files }],
            Images = [],
        };
    }
}
