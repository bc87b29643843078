namespace EdgeSync.Bundles.Metadata;

/// <summary>What a bundle says of itself: the configuration of its content manifest, as JSON.</summary>
public sealed record BundleMetadata
{
    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/bundle/v1";

    /// <summary>The format's name and version.</summary>
    public required string Schema { get; init; }

    /// <summary>The bundle's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version, as its author wrote it.</summary>
    public required string Version { get; init; }

    /// <summary>Its parts, in the order of their author; at least one.</summary>
    public required IReadOnlyList<ComponentMetadata> Components { get; init; }

    /// <summary>The image references as the manifests write them, sorted. Each stands in the bundle's index, and no other.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>What a site must have.</summary>
    public BundleRequirements Requires { get; init; } = new();

    /// <summary>The only namespaces that the bundle's objects may be in; null for any.</summary>
    public IReadOnlyList<string>? AllowedNamespaces { get; init; }
}
