namespace EdgeSync.Bundles.Metadata;

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

    /// <summary>The namespace of its objects that name none, or null.</summary>
    public string? Namespace { get; init; }
}
