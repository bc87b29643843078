using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Reading;

/// <summary>One part of a bundle that was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The namespace that it gives to objects that name none, or null.</param>
/// <param name="Objects">Its objects, in the order of its files, with <paramref name="Namespace"/> already in them.</param>
public sealed record BundleComponent(string Name, string? Namespace, IReadOnlyList<KubernetesObject> Objects)
{
    /// <summary>The components that must be healthy before this one is applied; they come before it.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How long its objects may take to become healthy; null leaves it to the site.</summary>
    public TimeSpan? HealthTimeout { get; init; }
}
