using System.Globalization;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Sources;
using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Building;

/// <summary>Writes the manifests of a bundle.</summary>
internal sealed class BundlePacker(ContentStore target)
{
    // The content does not run, and no runtime may take it for an image. Other tools write the same.
    private static readonly OciPlatform NoPlatform = new() { Os = "unknown", Architecture = "unknown" };

    /// <summary>Name, version and requirements of the folder's bundle.</summary>
    public static BundleMetadata Describe(BundleFolder folder, IEnumerable<string> images)
    {
        var definition = folder.Definition!;
        return new BundleMetadata
        {
            Schema = definition.Preflight.Count > 0 || folder.Objects.Any(HasCheck) ? BundleMetadata.PreflightSchema
                : definition.Snapshots.Count > 0 ? BundleMetadata.SnapshotSchema
                : folder.Objects.Any(Hook.IsOne) ? BundleMetadata.HookSchema
                : HasSharedFields(folder) ? BundleMetadata.SharedSchema : definition.IsAdapted ? BundleMetadata.AdaptedSchema : BundleMetadata.CurrentSchema,
            Name = definition.Name,
            Version = definition.Version,
            Requires = definition.Requires,
            AllowedNamespaces = definition.AllowedNamespaces,
            IgnoredImages = definition.IgnoredImages,
            Values = definition.Values is { } values
                ? new SortedDictionary<string, ValueDeclaration>(values.ToDictionary(value => value.Name, value => value.Declaration), StringComparer.Ordinal)
                : null,
            Ignore = RulesOf(definition.Ignore),
            Snapshots = definition.Snapshots.Count == 0 ? null : [.. definition.Snapshots.Select(entry => entry.Request)],
            Preflight = definition.Preflight.Count == 0 ? null : [.. definition.Preflight.Select(entry => entry.Probe)],
            Images = [.. images.Order(StringComparer.Ordinal)],
            Components =
            [
                .. folder.Components.Select(component => new ComponentMetadata
                {
                    Name = component.Definition.Name,
                    Files = [.. component.Files.Select(file => file.Path)],
                    DependsOn = component.Definition.DependsOn,
                    HealthTimeoutSeconds = (int?)component.Definition.HealthTimeout?.TotalSeconds,
                    ReadyWhen = component.Definition.ReadyWhen is { Count: > 0 } rules ? [.. rules.Select(entry => entry.Rule)] : null,
                    Ignore = RulesOf(component.Definition.Ignore),
                    Namespace = component.Definition.Namespace,
                    Rendered = component.Rendered,
                    When = component.Definition.When,
                }),
            ],
        };
    }

    private static bool HasCheck(KubernetesObject item) => Hook.IsOne(item) && Hook.Read(item).IsCheck;

    private static IReadOnlyList<IgnoreRule>? RulesOf(IReadOnlyList<(IgnoreRule Rule, TextPosition Position)> entries) =>
        entries.Count == 0 ? null : [.. entries.Select(entry => entry.Rule)];

    private static bool HasSharedFields(BundleFolder folder) =>
        folder.Definition!.Ignore.Count > 0 || folder.Components.Any(component => component.Definition.Ignore.Count > 0) || folder.Objects.Any(FieldRules.AreIn);

    public async Task<Descriptor> WriteContentAsync(BundleFolder folder, BundleMetadata metadata, CancellationToken cancellationToken)
    {
        var layer = ContentArchiveWriter.Write(folder.Components.SelectMany(component => component.Files));
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = BundleMediaTypes.Content,
            Config = await target.WriteAsync(BundleMediaTypes.Metadata, OciJson.Write(metadata), cancellationToken),
            Layers = [await target.WriteAsync(BundleMediaTypes.Layer, layer, cancellationToken)],
        };
        var descriptor = await target.WriteAsync(MediaTypes.ImageManifest, OciJson.Write(manifest), cancellationToken);

        // Without the artifact type, which is in the manifest: skopeo before 1.15 drops it from descriptors, which would change the bundle's digest.
        return descriptor with { Platform = NoPlatform };
    }

    public async Task<Descriptor> WriteIndexAsync(
        BundleMetadata metadata, Descriptor content, IReadOnlyList<BuiltImage> images, DateTimeOffset created, CancellationToken cancellationToken)
    {
        var index = new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageIndex,
            ArtifactType = BundleMediaTypes.Bundle,
            Manifests = [content, .. images.OrderBy(image => image.Reference, StringComparer.Ordinal).Select(Describe)],
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [BundleMediaTypes.CreatedAnnotation] = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                [BundleMediaTypes.TitleAnnotation] = metadata.Name,
                [BundleMediaTypes.VersionAnnotation] = metadata.Version,
            },
        };
        var descriptor = await target.WriteAsync(MediaTypes.ImageIndex, OciJson.Write(index), cancellationToken);
        return descriptor with { ArtifactType = BundleMediaTypes.Bundle };
    }

    // Only what the image itself determines: a layout and a registry add different annotations to the same image.
    private static Descriptor Describe(BuiltImage image) => new()
    {
        MediaType = image.Descriptor.MediaType,
        Digest = image.Descriptor.Digest,
        Size = image.Descriptor.Size,
        Platform = image.Descriptor.Platform,
        Annotations = new Dictionary<string, string> { [BundleMediaTypes.ImageAnnotation] = image.Reference },
    };
}
