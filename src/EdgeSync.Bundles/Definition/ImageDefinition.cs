using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>An entry below <c>images</c> of a <see cref="BundleDefinition"/>.</summary>
public sealed record ImageDefinition
{
    /// <summary>The reference as the manifests write it, or as something at the site will ask for it.</summary>
    public required string Name { get; init; }

    /// <summary>Where the image is taken from; null means from where its name says.</summary>
    public ImageLocation? From { get; init; }

    /// <summary>Where it stands in <c>bundle.yaml</c>.</summary>
    public TextPosition Position { get; init; } = new(1, 1);
}
