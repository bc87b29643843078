using System.Text.Json.Serialization;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Snapshots;

namespace EdgeSync.Bundles.Metadata;

/// <summary>Name, version, components and requirements of a bundle. It is the configuration of the content manifest, as JSON.</summary>
public sealed record BundleMetadata
{
    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/bundle/v1";

    /// <summary>
    /// The value of <see cref="Schema"/> where sites have to adapt the bundle (<see cref="IsAdapted"/>). An agent that does not know it refuses the bundle; it
    /// would apply the references as they are written.
    /// </summary>
    public const string AdaptedSchema = "edgesync.dev/bundle/v2";

    /// <summary>
    /// The value of <see cref="Schema"/> where fields belong to others: by <c>ignore</c>, or by an annotation of an object. An agent that does not know it
    /// refuses the bundle; it would fight with an autoscaler.
    /// </summary>
    public const string SharedSchema = "edgesync.dev/bundle/v3";

    /// <summary>
    /// The value of <see cref="Schema"/> where the bundle has hooks. An agent that does not know it refuses the bundle; it would run
    /// the hooks as ordinary Jobs together with all other objects.
    /// </summary>
    public const string HookSchema = "edgesync.dev/bundle/v4";

    /// <summary>
    /// The value of <see cref="Schema"/> where the bundle asks for snapshots of volumes. An agent that does not know it refuses the bundle; it would change everything
    /// without them.
    /// </summary>
    public const string SnapshotSchema = "edgesync.dev/bundle/v5";

    /// <summary>
    /// The value of <see cref="Schema"/> where the bundle has checks of its own for a preflight. An agent that does not know it refuses the bundle; it would run the
    /// Jobs among them as hooks that it does not know, and say GO without the others.
    /// </summary>
    public const string PreflightSchema = "edgesync.dev/bundle/v6";

    /// <summary>The values of <see cref="Schema"/> that this version reads; each allows what those before it allow.</summary>
    internal static IReadOnlyList<string> Schemas { get; } = [CurrentSchema, AdaptedSchema, SharedSchema, HookSchema, SnapshotSchema, PreflightSchema];

    /// <summary>The format's name and version.</summary>
    public required string Schema { get; init; }

    /// <summary>The bundle's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version, as its author wrote it.</summary>
    public required string Version { get; init; }

    /// <summary>Its parts, in the order of their author; at least one.</summary>
    public required IReadOnlyList<ComponentMetadata> Components { get; init; }

    /// <summary>The image references as the manifests write them, sorted. The bundle's index has exactly these.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>
    /// The images that the manifests use and the bundle does not bring, because each site has them: references as the manifests write them, or the
    /// beginning of references with a <c>*</c> at its end. Null for none.
    /// </summary>
    public IReadOnlyList<string>? IgnoredImages { get; init; }

    /// <summary>What a site must have.</summary>
    public BundleRequirements Requires { get; init; } = new();

    /// <summary>The only namespaces that the bundle's objects may be in; null for any.</summary>
    public IReadOnlyList<string>? AllowedNamespaces { get; init; }

    /// <summary>The values that its manifests can use, by name; null where their texts stay as they are.</summary>
    public IReadOnlyDictionary<string, ValueDeclaration>? Values { get; init; }

    /// <summary>Fields of any of its objects that belong to others; null for none.</summary>
    public IReadOnlyList<IgnoreRule>? Ignore { get; init; }

    /// <summary>The volumes of which a snapshot is made before anything is changed; null for none.</summary>
    public IReadOnlyList<SnapshotRequest>? Snapshots { get; init; }

    /// <summary>The Services that must answer in a preflight; null for none.</summary>
    public IReadOnlyList<ServiceProbe>? Preflight { get; init; }

    /// <summary>Whether some of its fields belong to others, by its own rules.</summary>
    [JsonIgnore]
    public bool IsShared => Ignore is not null || Components.Any(component => component.Ignore is not null);

    /// <summary>Whether sites put values into its manifests, or leave out components.</summary>
    [JsonIgnore]
    public bool IsAdapted => Values is not null || Components.Any(component => component.When is not null);

    /// <summary>Whether its schema allows what another schema has brought.</summary>
    internal bool Allows(string schema) => Schemas.SkipWhile(known => known != schema).Contains(Schema);

    /// <summary>The rules about fields that belong to others for the objects of one of its components.</summary>
    internal IReadOnlyList<IgnoreRule> IgnoreOf(ComponentMetadata component) => [.. Ignore ?? [], .. component.Ignore ?? []];
}

/// <summary>One part of a bundle: a set of files.</summary>
public sealed record ComponentMetadata
{
    /// <summary>Unique in the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>Its files in the content layer, in the order in which they are read. A file belongs to one component.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The components that must be healthy before this one is applied.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How long its objects may take to become healthy, in seconds; null leaves it to the site.</summary>
    public int? HealthTimeoutSeconds { get; init; }

    /// <summary>What its objects must have to count as ready, on top of what their kinds say; null for nothing. An agent that does not know it skips it.</summary>
    public IReadOnlyList<ReadyRule>? ReadyWhen { get; init; }

    /// <summary>Fields of its objects that belong to others; null for none.</summary>
    public IReadOnlyList<IgnoreRule>? Ignore { get; init; }

    /// <summary>What its files were rendered from, for people; null for plain manifests. Sites do not use it.</summary>
    public RenderedSource? Rendered { get; init; }

    /// <summary>The namespace of its objects that name none, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The sites that apply it, by their labels; null for all.</summary>
    public LabelSelector? When { get; init; }
}

/// <summary>What a component was rendered from.</summary>
public sealed record RenderedSource
{
    /// <summary><c>kustomize</c> or <c>helm</c>.</summary>
    public required string By { get; init; }

    /// <summary>The kustomization's folder, or the chart: its path, its reference, or its repository's URL and name.</summary>
    public required string From { get; init; }

    /// <summary>The version that the definition names; null for what is in the bundle's folder.</summary>
    public string? Version { get; init; }

    /// <summary>The commits and versions of remote bases; null for none.</summary>
    public IReadOnlyList<string>? Bases { get; init; }

    /// <summary>The digest of what the program printed.</summary>
    public required string Digest { get; init; }
}
