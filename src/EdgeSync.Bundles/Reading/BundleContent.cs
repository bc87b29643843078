using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>The content of a bundle. It is no proof of trust; that is <see cref="OpenedBundle"/>.</summary>
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
        var jobs = components.SelectMany(component => component.Hooks).OrderBy(hook => hook.Weight).ToLookup(hook => hook.IsCheck);
        (Hooks, Checks) = ([.. jobs[false]], [.. jobs[true]]);
    }

    /// <summary>The bundle's image index, or the manifest of a foreign archive.</summary>
    public Descriptor Root { get; }

    /// <summary>What kind of artifact it is.</summary>
    public BundleOrigin Origin { get; }

    /// <summary>Its name, version and requirements.</summary>
    public BundleMetadata Metadata { get; }

    /// <summary>Its components, each after the ones that it depends on.</summary>
    public IReadOnlyList<BundleComponent> Components { get; }

    /// <summary>The images that it contains and that the site needs; none for a foreign archive.</summary>
    public IReadOnlyList<BundleImage> Images { get; }

    /// <summary>The images that only components of other sites use; the site does not fetch them.</summary>
    public IReadOnlyList<BundleImage> LeftOutImages { get; init; } = [];

    /// <summary>What a site's values and labels made of it; null where it is the same at every site, or was read for none.</summary>
    public ValuesInEffect? InEffect { get; init; }

    /// <summary>The objects of all components, in their order, without the hooks.</summary>
    public IReadOnlyList<KubernetesObject> Objects { get; }

    /// <summary>The hooks of all components, by weight, then in the order of the components. Those of one moment run one after the other.</summary>
    public IReadOnlyList<Hook> Hooks { get; }

    /// <summary>The Jobs of all components that check the site in a preflight, in the same order. They belong to no activation.</summary>
    public IReadOnlyList<Hook> Checks { get; }

    /// <summary>Keeps all objects as text until they are looked at again: what runs undisturbed for weeks needs little memory. Safe to call from any thread.</summary>
    public void Compact()
    {
        foreach (var item in Objects.Concat(Hooks.Concat(Checks).Select(hook => hook.Job)))
        {
            item.Compact();
        }
    }

    /// <summary>The objects that must be there before the hooks of this moment can run; <paramref name="defaultNamespace"/> is where those are that name none.</summary>
    public IReadOnlyList<KubernetesObject> FindNeeds(HookMoment moment, string defaultNamespace) =>
        HookNeeds.Find(Hooks.Where(hook => hook.Moments.Contains(moment)), Objects, defaultNamespace);

    /// <summary>Every image that the bundle contains, each once, sorted; for a foreign archive, which contains none, every image of its objects.</summary>
    public IReadOnlyList<string> ImageReferences
    {
        get
        {
            var images = Origin == BundleOrigin.EdgeSync
                ? Images.Select(image => image.Reference)
                : Objects.SelectMany(item => Kubernetes.Manifests.ImageReferences.Find(item)).Select(use => use.Image);
            return [.. images.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }
    }
}

/// <summary>One part of a bundle that was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The namespace that it gives to objects that name none, or null.</param>
/// <param name="Objects">Its objects, in the order of its files, with <paramref name="Namespace"/> already in them; without its hooks.</param>
public sealed record BundleComponent(string Name, string? Namespace, IReadOnlyList<KubernetesObject> Objects)
{
    /// <summary>The components that must be healthy before this one is applied; they come before it.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>Its Jobs that are hooks or checks of a preflight, in the same order.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <summary>How long its objects may take to become healthy; null leaves it to the site.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>The sites that apply it, by their labels; null for all.</summary>
    public LabelSelector? When { get; init; }

    /// <summary>What its objects must have to count as ready, on top of what their kinds say.</summary>
    public IReadOnlyList<ReadyRule> ReadyWhen { get; init; } = [];
}

/// <summary>An image that a bundle brings.</summary>
/// <param name="Reference">The reference as the manifests write it.</param>
/// <param name="Descriptor">What it is: the manifest of one platform, or an index of several.</param>
public sealed record BundleImage(string Reference, Descriptor Descriptor);

/// <summary>What kind of artifact a bundle was read from.</summary>
public enum BundleOrigin
{
    /// <summary>A bundle of EdgeSync, with every image that it needs.</summary>
    EdgeSync,

    /// <summary>An archive of YAML, as Flux pushes it; its images are pulled by the runtime from where they are.</summary>
    Archive,
}
