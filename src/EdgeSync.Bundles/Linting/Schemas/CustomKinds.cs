using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>The kinds that CustomResourceDefinitions of the bundle define, and the schemas of their versions.</summary>
internal sealed class CustomKinds
{
    public const string DefinitionKind = "CustomResourceDefinition.apiextensions.k8s.io";
    private readonly Dictionary<string, List<CustomVersion>> _kinds = new(StringComparer.Ordinal);

    public CustomKinds(IEnumerable<KubernetesObject> objects)
    {
        foreach (var definition in objects.Where(item => item.Id.GroupKind == DefinitionKind))
        {
            _kinds[GroupKindOf(definition)] = [.. Versions(definition)];
        }
    }

    /// <summary>The versions of a kind, as in <see cref="ObjectId.GroupKind"/>; null for a kind that the bundle does not define.</summary>
    public IReadOnlyList<CustomVersion>? Find(string groupKind) => _kinds.GetValueOrDefault(groupKind);

    /// <summary>All versions that a definition has. Those of the old kind may share one schema.</summary>
    public static IEnumerable<CustomVersion> Versions(KubernetesObject definition)
    {
        var spec = ((JsonNode)definition.Json).At("spec");
        var shared = spec.At("validation", "openAPIV3Schema") as JsonObject;
        var keepsUnknown = definition.ApiVersion.EndsWith("beta1", StringComparison.Ordinal) ? spec.At("preserveUnknownFields")?.GetValueKind() != System.Text.Json.JsonValueKind.False : spec.IsTrue("preserveUnknownFields");
        var any = false;
        foreach (var (version, pointer) in spec.Items("versions", "/spec"))
        {
            any = true;
            var own = version.At("schema", "openAPIV3Schema") as JsonObject;
            yield return new CustomVersion(
                version.Text("name") ?? "", version.IsTrue("served"), version.IsTrue("storage"), own ?? shared, own is null ? "/spec/validation/openAPIV3Schema" : $"{pointer}/schema/openAPIV3Schema", keepsUnknown);
        }

        if (!any && spec.Text("version") is { } only)
        {
            yield return new CustomVersion(only, IsServed: true, IsStored: true, shared, "/spec/validation/openAPIV3Schema", keepsUnknown);
        }
    }

    private static string GroupKindOf(KubernetesObject definition) =>
        $"{((JsonNode)definition.Json).Text("spec", "names", "kind")}.{((JsonNode)definition.Json).Text("spec", "group")}";
}

/// <summary>A version of a custom kind, its schema, and where the schema is in the definition.</summary>
internal sealed record CustomVersion(string Name, bool IsServed, bool IsStored, JsonObject? Schema, string Pointer, bool KeepsUnknown);
