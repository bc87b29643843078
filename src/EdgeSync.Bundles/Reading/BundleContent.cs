using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>What was read of a bundle. Says nothing of trust: see <see cref="OpenedBundle"/>.</summary>
public sealed class BundleContent
{
    internal BundleContent(
        Descriptor root, BundleOrigin origin, BundleMetadata metadata, IReadOnlyList<BundleComponent> components, IReadOnlyList<BundleImage> images)
    {
        Root = root;
        Origin = origin;
        Metadata = metadata;
        Components = components;
        Images = images;
        Objects = [.. components.SelectMany(component => component.Objects)];
    }

    /// <summary>The bundle's image index, or the manifest of a foreign archive.</summary>
    public Descriptor Root { get; }

    /// <summary>What kind of artifact it is.</summary>
    public BundleOrigin Origin { get; }

    /// <summary>What it says of itself.</summary>
    public BundleMetadata Metadata { get; }

    /// <summary>Its parts, each after those it depends on.</summary>
    public IReadOnlyList<BundleComponent> Components { get; }

    /// <summary>The images that it brings; none for a foreign archive.</summary>
    public IReadOnlyList<BundleImage> Images { get; }

    /// <summary>The objects of all components, in their order.</summary>
    public IReadOnlyList<KubernetesObject> Objects { get; }

    /// <summary>Every image reference that the objects use and that the bundle brings besides, each once, sorted.</summary>
    public IReadOnlyList<string> ImageReferences =>
        [
            .. Objects.SelectMany(item => Kubernetes.Manifests.ImageReferences.Find(item)).Select(use => use.Image)
                .Concat(Images.Select(image => image.Reference)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
}
