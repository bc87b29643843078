using System.Text.Json;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Staging;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using ManifestReader = EdgeSync.Kubernetes.Manifests.ManifestReader;

namespace EdgeSync.Bundles.Reading;

/// <summary>Reads a bundle of EdgeSync: its index, its metadata, and exactly the files that the metadata names.</summary>
internal static class BundleContentReader
{
    private const int MaxMetadataSize = 1024 * 1024;
    private static readonly ManifestReaderOptions WithoutPositions = new() { KeepPositions = false };

    /// <summary>The bundle as a site with these values applies it; without them, as it was built.</summary>
    public static async Task<BundleContent> ReadAsync(ReceivedManifest root, ContentStore store, ValueSources? values, CancellationToken cancellationToken)
    {
        var index = BundleIndex.Read(root.Content);
        var manifest = await store.ReadManifestAsync(index.Content.Digest, index.Content.MediaType, cancellationToken);
        if (manifest.Content is not ImageManifest
            {
                ArtifactType: BundleMediaTypes.Content, Config: { MediaType: BundleMediaTypes.Metadata } config, Layers: [{ MediaType: BundleMediaTypes.Layer } layer],
            })
        {
            throw new BundleException(
                $"the bundle's content is not as it must be: the artifact type {BundleMediaTypes.Content}, its metadata and one layer are expected");
        }

        var metadata = ReadMetadata(await BundleReader.ReadBlobAsync(config, MaxMetadataSize, "metadata", store, cancellationToken));
        var packed = await BundleReader.ReadBlobAsync(layer, ArchiveLimits.MaxPackedSize, "content", store, cancellationToken);
        var files = ContentArchiveReader.Read(packed, ArchiveDialect.Bundle);
        var (components, adaptation) = ReadComponents(metadata, files, values);
        CheckAgreement(root.Content, metadata, components, index.Images);
        ImageMap.Of(index.Images);
        var leftOut = adaptation?.FindLeftOutImages(components.SelectMany(component => component.Objects.Concat(component.Hooks.Select(hook => hook.Job)))) ?? [];
        return new BundleContent(root.Descriptor, BundleOrigin.EdgeSync, metadata, components, [.. index.Images.Where(image => !leftOut.Contains(image.Reference))])
        {
            InEffect = adaptation?.InEffect,
            LeftOutImages = [.. index.Images.Where(image => leftOut.Contains(image.Reference))],
        };
    }

    private static BundleMetadata ReadMetadata(byte[] json)
    {
        try
        {
            var metadata = StrictJson.Read(json, BundlesJsonContext.Default.BundleMetadata);
            var problems = MetadataRules.FindProblems(metadata);
            return problems.Count == 0
                ? metadata
                : throw new BundleException([.. problems.Select(problem => new BundleFault($"the bundle's metadata is refused: {problem}"))]);
        }
        catch (JsonException failure)
        {
            throw new BundleException($"the bundle's metadata cannot be read: {FaultText.Describe(failure)}", failure);
        }
    }

    private static (List<BundleComponent> Components, BundleAdaptation? Adaptation) ReadComponents(
        BundleMetadata metadata, IReadOnlyList<ArchiveFile> files, ValueSources? values)
    {
        var byName = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var named = metadata.Components.SelectMany(component => component.Files).ToHashSet(StringComparer.Ordinal);
        if (!named.SetEquals(byName.Keys))
        {
            throw new BundleException("the files in the bundle's content are not those that its metadata names");
        }

        var adaptation = values is not null && metadata.IsAdapted ? new BundleAdaptation(metadata, values, byName) : null;
        var read = ComponentOrder.Sort(metadata.Components)
            .Where(component => adaptation?.IsEnabled(component.Name) != false)
            .Select(component => (Component: component, Objects: component.Files.SelectMany(name => ReadObjects(byName[name])).Select(item => adaptation?.Fill(item) ?? item).ToList()))
            .ToList();
        adaptation?.Complete();
        var scopes = new ObjectScopes(read.SelectMany(part => part.Objects));
        List<BundleComponent> components =
        [
            .. read.Select(part => (part.Component, Objects: part.Objects.Select(item => item.WithNamespace(scopes.NamespaceOf(item, part.Component.Namespace)).WithIgnore(metadata.IgnoreOf(part.Component))).ToList()))
                .Select(part => new BundleComponent(part.Component.Name, part.Component.Namespace, [.. part.Objects.Where(item => !Hook.IsOne(item))])
            {
                Hooks = [.. part.Objects.Where(Hook.IsOne).Select(item => ReadHook(item, metadata))],
                DependsOn = [.. part.Component.DependsOn.Where(name => adaptation?.IsEnabled(name) != false)],
                HealthTimeout = part.Component.HealthTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                ReadyWhen = part.Component.ReadyWhen ?? [],
                When = part.Component.When,
            }),
        ];
        return (components, adaptation);
    }

    // Builders and agents that do not know hooks take them for ordinary Jobs; the schema keeps their bundles and these apart.
    private static Hook ReadHook(KubernetesObject item, BundleMetadata metadata)
    {
        var problems = Hook.FindProblems(item).Select(problem => problem.Problem).ToList();
        if (!metadata.Allows(BundleMetadata.HookSchema))
        {
            problems.Add($"it is a hook, and the schema of the bundle's metadata is not {BundleMetadata.HookSchema}: build the bundle again with this version of edgesync");
        }
        else if (problems.Count == 0 && Hook.Read(item).IsCheck && !metadata.Allows(BundleMetadata.PreflightSchema))
        {
            problems.Add($"it is a check of a preflight, and the schema of the bundle's metadata is not {BundleMetadata.PreflightSchema}: build the bundle again with this version of edgesync");
        }

        return problems.Count == 0
            ? Hook.Read(item)
            : throw new BundleException([.. problems.Select(problem => new BundleFault($"{item.Id}: {problem}", item.Source?.File, item.Source?.Line ?? 1))]);
    }

    internal static IReadOnlyList<KubernetesObject> ReadObjects(ArchiveFile file)
    {
        try
        {
            return ManifestReader.Read(file.Content, file.Path, WithoutPositions);
        }
        catch (ManifestException failure)
        {
            throw new BundleException([.. failure.Faults.Select(fault => new BundleFault(fault.Message, fault.File, fault.Line, fault.Column))]);
        }
    }

    private static void CheckAgreement(
        OciManifest index, BundleMetadata metadata, List<BundleComponent> components, IReadOnlyList<BundleImage> images)
    {
        var faults = new List<BundleFault>();
        if (index.Annotations?.GetValueOrDefault(BundleMediaTypes.TitleAnnotation) is { } title && title != metadata.Name)
        {
            faults.Add(new BundleFault("the bundle's index and its metadata give different names"));
        }

        if (index.Annotations?.GetValueOrDefault(BundleMediaTypes.VersionAnnotation) is { } version && version != metadata.Version)
        {
            faults.Add(new BundleFault("the bundle's index and its metadata give different versions"));
        }

        var brought = images.Select(image => image.Reference).ToHashSet(StringComparer.Ordinal);
        if (!brought.SetEquals(metadata.Images))
        {
            faults.Add(new BundleFault("the images in the bundle's index are not those that its metadata names"));
        }

        faults.AddRange((metadata.Snapshots ?? [])
            .Where(request => request.Namespace is not null && !ReservedObjects.Allows(request.IdOf(""), metadata.AllowedNamespaces))
            .Select(request => new BundleFault($"{request.IdOf("")} belongs to the cluster or to EdgeSync itself, and a bundle cannot ask for a snapshot of it")));
        var seen = new Dictionary<string, List<LabelSelector?>>(StringComparer.Ordinal);
        foreach (var component in components)
        {
            foreach (var item in component.Objects.Concat(component.Hooks.Select(hook => hook.Job)))
            {
                CheckTwice(item, component.When, seen, faults);
                CheckObject(item, metadata, brought, faults);
            }
        }

        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }
    }

    // Components that no site applies together can have the same object.
    private static void CheckTwice(KubernetesObject item, LabelSelector? when, Dictionary<string, List<LabelSelector?>> seen, List<BundleFault> faults)
    {
        if (!seen.TryGetValue(item.Id.Key, out var others))
        {
            seen[item.Id.Key] = others = [];
        }

        if (others.Exists(other => when?.Excludes(other) != true))
        {
            faults.Add(new BundleFault($"{item.Id} is in the bundle twice", item.Source?.File, item.Source?.Line ?? 1));
        }

        others.Add(when);
    }

    private static void CheckObject(KubernetesObject item, BundleMetadata metadata, HashSet<string> brought, List<BundleFault> faults)
    {
        if (metadata.AllowedNamespaces is { } allowed && item.Namespace is { } name && !allowed.Contains(name))
        {
            faults.Add(new BundleFault($"{item.Id} is in a namespace that the bundle's own policy does not allow", item.Source?.File, item.Source?.Line ?? 1));
        }

        else if (!ReservedObjects.Allows(item.Id, metadata.AllowedNamespaces))
        {
            faults.Add(new BundleFault($"{item.Id} belongs to the cluster or to EdgeSync itself, and a bundle cannot have it", item.Source?.File, item.Source?.Line ?? 1));
        }

        // The runtime would pull an image that the bundle lacks from anywhere, or, without a link, not at all. Only the pods of Kubernetes itself are
        // held to this: the places in custom resources are found better by each version, and an older bundle must stay readable.
        foreach (var use in ImageReferences.FindInPods(item).Where(use => !brought.Contains(use.Image)).DistinctBy(use => use.Image)
            .Where(use => !IgnoredImages.Has(metadata.IgnoredImages, use.Image)))
        {
            faults.Add(new BundleFault($"{item.Id} uses the image '{use.Image}', which is not in the bundle", item.Source?.File, item.Source?.Line ?? 1));
        }
    }
}
