using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>The kinds that CustomResourceDefinitions of the bundle define.</summary>
internal static class CustomKinds
{
    public const string DefinitionKind = "CustomResourceDefinition.apiextensions.k8s.io";

    /// <summary>The kind and group that a definition defines, as in <see cref="ObjectId.GroupKind"/>.</summary>
    public static string GroupKindOf(KubernetesObject definition) =>
        $"{((JsonNode)definition.Json).Text("spec", "names", "kind")}.{((JsonNode)definition.Json).Text("spec", "group")}";
}
