using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>The content of a folder's <c>bundle.yaml</c>.</summary>
public sealed record BundleDefinition
{
    /// <summary>The file's name in the folder.</summary>
    public const string FileName = "bundle.yaml";

    /// <summary>The bundle's name.</summary>
    public required string Name { get; init; }

    /// <summary>The bundle's version, as its author writes it.</summary>
    public required string Version { get; init; }

    /// <summary>The creation time; null leaves it to the builder.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Its parts; empty means one part with the bundle's name and every manifest of the folder.</summary>
    public IReadOnlyList<ComponentDefinition> Components { get; init; } = [];

    /// <summary>Images that no manifest names, and places where named ones are to be taken from.</summary>
    public IReadOnlyList<ImageDefinition> Images { get; init; } = [];

    /// <summary>Images that the bundle does not bring on purpose, see <see cref="BundleMetadata.IgnoredImages"/>; null for none.</summary>
    public IReadOnlyList<string>? IgnoredImages { get; init; }

    /// <summary>What a site must have.</summary>
    public BundleRequirements Requires { get; init; } = new();

    /// <summary>The only namespaces that the bundle's objects may be in; null for any.</summary>
    public IReadOnlyList<string>? AllowedNamespaces { get; init; }

    /// <summary>The values that its manifests can use; null where their texts stay as they are.</summary>
    public IReadOnlyList<NamedValue>? Values { get; init; }

    /// <summary>Fields of any of its objects that belong to others, each rule with its position in <c>bundle.yaml</c>.</summary>
    public IReadOnlyList<(IgnoreRule Rule, TextPosition Position)> Ignore { get; init; } = [];

    /// <summary>The volumes of which a snapshot is made before anything is changed, each with its position in <c>bundle.yaml</c>.</summary>
    public IReadOnlyList<(SnapshotRequest Request, TextPosition Position)> Snapshots { get; init; } = [];

    /// <summary>The Services that must answer in a preflight, each with its position in <c>bundle.yaml</c>.</summary>
    public IReadOnlyList<(ServiceProbe Probe, TextPosition Position)> Preflight { get; init; } = [];

    /// <summary>Whether sites put values into its manifests, or leave out components.</summary>
    public bool IsAdapted => Values is not null || Components.Any(component => component.When is not null);

    /// <summary>The components, with the one that is meant where none is written.</summary>
    public IReadOnlyList<ComponentDefinition> EffectiveComponents =>
        Components.Count > 0 ? Components : [new ComponentDefinition { Name = Name, Path = "." }];
}

/// <summary>One part of a <see cref="BundleDefinition"/>.</summary>
public sealed record ComponentDefinition
{
    /// <summary>Unique in the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>A manifest, or a folder of which every manifest is taken; relative to the bundle's folder, with forward slashes.</summary>
    public required string Path { get; init; }

    /// <summary>Whether <see cref="Path"/> is a folder that kustomize renders.</summary>
    public bool IsKustomization { get; init; }

    /// <summary>The Helm chart that is rendered instead of <see cref="Path"/>, or null.</summary>
    public ChartDefinition? Chart { get; init; }

    /// <summary>The components that must be healthy before this one is applied.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How long its objects may take to become healthy; null leaves it to the site.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>What its objects must have to count as ready, on top of what their kinds say, each with its position in <c>bundle.yaml</c>.</summary>
    public IReadOnlyList<(ReadyRule Rule, TextPosition Position)> ReadyWhen { get; init; } = [];

    /// <summary>Fields of its objects that belong to others, each rule with its position in <c>bundle.yaml</c>.</summary>
    public IReadOnlyList<(IgnoreRule Rule, TextPosition Position)> Ignore { get; init; } = [];

    /// <summary>The namespace of its objects that name none, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The sites that apply it, by their labels; null for all.</summary>
    public LabelSelector? When { get; init; }

    /// <summary>Its position in <c>bundle.yaml</c>.</summary>
    public TextPosition Position { get; init; } = new(1, 1);
}

/// <summary>A value below <c>values</c> of a <see cref="BundleDefinition"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Declaration">Its type, and what fits.</param>
/// <param name="Position">Its position in <c>bundle.yaml</c>.</param>
public sealed record NamedValue(string Name, ValueDeclaration Declaration, TextPosition Position);

/// <summary>An entry below <c>images</c> of a <see cref="BundleDefinition"/>.</summary>
public sealed record ImageDefinition
{
    /// <summary>The reference as the manifests write it, or as something at the site will ask for it.</summary>
    public required string Name { get; init; }

    /// <summary>Where the image is taken from; null means from where its name says.</summary>
    public ImageLocation? From { get; init; }

    /// <summary>Its position in <c>bundle.yaml</c>.</summary>
    public TextPosition Position { get; init; } = new(1, 1);
}
