using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The names of the ApplySet specification (KEP-3659), by which kubectl too sees what belongs together.</summary>
public static class ApplySet
{
    /// <summary>The label of each member; its value is the ApplySet's id.</summary>
    public const string PartOfLabel = "applyset.kubernetes.io/part-of";

    /// <summary>An annotation whose value <c>disabled</c> keeps a member from being pruned.</summary>
    public const string PruneAnnotation = "edgesync.dev/prune";

    /// <summary>An annotation whose value <c>allowed</c> allows EdgeSync to delete and recreate an object that it cannot update.</summary>
    public const string RecreateAnnotation = "edgesync.dev/recreate";

    /// <summary>The label of the parent, with the id as its value.</summary>
    public const string IdLabel = "applyset.kubernetes.io/id";

    /// <summary>The parent's annotation that names the tool and its version.</summary>
    public const string ToolingAnnotation = "applyset.kubernetes.io/tooling";

    /// <summary>The name of EdgeSync in <see cref="ToolingAnnotation"/>.</summary>
    public const string ToolingName = "edgesync";

    internal const string GroupKindsAnnotation = "applyset.kubernetes.io/contains-group-kinds";
    internal const string NamespacesAnnotation = "applyset.kubernetes.io/additional-namespaces";
    internal const string Tooling = ToolingName + "/v1";

    /// <summary>The id of the ApplySet whose parent is the ConfigMap of this name and namespace.</summary>
    public static string IdOf(string name, string @namespace)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}.{@namespace}.ConfigMap."));
        return $"applyset-{Base64Url.EncodeToString(hash)}-v1";
    }

    internal static ObjectId ParentOf(ApplyRequest request) => new("v1", "ConfigMap", request.ParentNamespace, request.ApplySetName);

    internal static KubernetesObject CreateParent(
        ApplyRequest request, IEnumerable<string> groupKinds, IEnumerable<string> namespaces, IReadOnlyDictionary<string, string> entries)
    {
        var parent = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = request.ApplySetName,
                ["namespace"] = request.ParentNamespace,
                ["labels"] = new JsonObject { [IdLabel] = IdOf(request.ApplySetName, request.ParentNamespace) },
                ["annotations"] = new JsonObject
                {
                    [ToolingAnnotation] = Tooling,
                    [GroupKindsAnnotation] = Join(groupKinds),
                    [NamespacesAnnotation] = Join(namespaces.Where(item => item != request.ParentNamespace)),
                },
            },
        };
        if (entries.Count > 0)
        {
            parent["data"] = new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        }

        return new KubernetesObject(parent);
    }

    internal static IReadOnlyList<string> Split(JsonObject? parent, string annotation) =>
        parent.Text("metadata", "annotations", annotation) is { Length: > 0 } text ? text.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];

    private static string Join(IEnumerable<string> items) => string.Join(',', items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
