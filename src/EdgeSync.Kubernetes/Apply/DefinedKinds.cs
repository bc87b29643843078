using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The kinds that the CRDs among the desired objects define, which the cluster may not serve yet.</summary>
internal sealed class DefinedKinds
{
    private readonly Dictionary<string, (bool IsNamespaced, ObjectId Definition)> _kinds = new(StringComparer.Ordinal);

    public static DefinedKinds Of(IEnumerable<KubernetesObject> objects)
    {
        var result = new DefinedKinds();
        foreach (var item in objects.Where(item => item.Id.GroupKind == "CustomResourceDefinition.apiextensions.k8s.io"))
        {
            if (item.Json.Text("spec", "group") is { } group && item.Json.Text("spec", "names", "kind") is { } kind)
            {
                result._kinds[$"{kind}.{group}"] = (item.Json.Text("spec", "scope") != "Cluster", item.Id);
            }
        }

        return result;
    }

    public bool? IsNamespaced(ObjectId id) => _kinds.TryGetValue(id.GroupKind, out var kind) ? kind.IsNamespaced : null;

    /// <summary>The CRD among the objects that defines this object's kind, or null.</summary>
    public ObjectId? DefinitionOf(ObjectId id) => _kinds.TryGetValue(id.GroupKind, out var kind) ? kind.Definition : null;
}
