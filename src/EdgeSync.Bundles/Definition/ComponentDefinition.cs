using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>One part of a <see cref="BundleDefinition"/>.</summary>
public sealed record ComponentDefinition
{
    /// <summary>Unique in the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>A manifest, or a folder of which every manifest is taken; relative to the bundle's folder, with forward slashes.</summary>
    public required string Path { get; init; }

    /// <summary>The components that must be healthy before this one is applied.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How long its objects may take to become healthy; null leaves it to the site.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>The namespace of its objects that name none, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>Where it stands in <c>bundle.yaml</c>.</summary>
    public TextPosition Position { get; init; } = new(1, 1);
}
