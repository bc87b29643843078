using EdgeSync.Bundles.Metadata;

namespace EdgeSync.Bundles.Definition;

/// <summary>What the <c>bundle.yaml</c> of a folder says.</summary>
public sealed record BundleDefinition
{
    /// <summary>The file's name in the folder.</summary>
    public const string FileName = "bundle.yaml";

    /// <summary>The bundle's name.</summary>
    public required string Name { get; init; }

    /// <summary>The bundle's version, as its author writes it.</summary>
    public required string Version { get; init; }

    /// <summary>The time that the bundle says it was made at; null leaves it to the builder.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Its parts; empty means one part with the bundle's name and every manifest of the folder.</summary>
    public IReadOnlyList<ComponentDefinition> Components { get; init; } = [];

    /// <summary>Images that no manifest names, and places where named ones are to be taken from.</summary>
    public IReadOnlyList<ImageDefinition> Images { get; init; } = [];

    /// <summary>What a site must have.</summary>
    public BundleRequirements Requires { get; init; } = new();

    /// <summary>The only namespaces that the bundle's objects may be in; null for any.</summary>
    public IReadOnlyList<string>? AllowedNamespaces { get; init; }

    /// <summary>The components, with the one that is meant where none is written.</summary>
    public IReadOnlyList<ComponentDefinition> EffectiveComponents =>
        Components.Count > 0 ? Components : [new ComponentDefinition { Name = Name, Path = "." }];
}
