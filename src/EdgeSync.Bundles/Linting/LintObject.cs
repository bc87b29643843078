using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>An object of a folder, its component, and the namespace that it lands in; null where the site decides or there is none.</summary>
internal sealed record LintObject(KubernetesObject Item, ComponentDefinition Component, string? Namespace)
{
    /// <summary>What names it in a cluster, with that namespace.</summary>
    public ObjectId Id => Item.Id with { Namespace = Namespace };
}
