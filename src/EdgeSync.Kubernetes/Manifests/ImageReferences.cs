using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Finds every image that an object makes the cluster pull.</summary>
public static class ImageReferences
{
    private const int MaxDepth = 200;
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>
    /// All uses, in the order of the object: those of Pods, of everything that has a Pod template (Deployment, CronJob, PodTemplate, and
    /// custom resources, wherever their templates are), and image volumes.
    /// </summary>
    public static IReadOnlyList<ImageUse> Find(KubernetesObject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var uses = new List<ImageUse>();
        if (!IsDescription(subject))
        {
            Search(subject.Json, "", subject.Source?.Positions, uses, 0);
        }

        return uses;
    }

    // A CRD's schema describes objects; what looks like a Pod in it is none. ConfigMap and Secret hold text only.
    private static bool IsDescription(KubernetesObject subject) =>
        subject.Id.GroupKind is "CustomResourceDefinition.apiextensions.k8s.io" or "ConfigMap" or "Secret";

    private static void Search(JsonObject node, string path, PositionMap? positions, List<ImageUse> uses, int depth)
    {
        foreach (var (member, value) in node)
        {
            var memberPath = $"{path}/{PositionMap.Escape(member)}";
            if (value is JsonArray list)
            {
                SearchList(member, list, memberPath, positions, uses, depth);
            }
            else if (value is JsonObject child && depth < MaxDepth)
            {
                Search(child, memberPath, positions, uses, depth + 1);
            }
        }
    }

    private static void SearchList(string member, JsonArray list, string path, PositionMap? positions, List<ImageUse> uses, int depth)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject item)
            {
                continue;
            }

            if (ContainerLists.Contains(member))
            {
                Add(item.Text("image"), $"{path}/{i}/image", positions, uses);
            }
            else if (member == "volumes")
            {
                Add(item.Text("image", "reference"), $"{path}/{i}/image/reference", positions, uses);
            }

            if (depth < MaxDepth)
            {
                Search(item, $"{path}/{i}", positions, uses, depth + 1);
            }
        }
    }

    private static void Add(string? image, string path, PositionMap? positions, List<ImageUse> uses)
    {
        if (!string.IsNullOrEmpty(image))
        {
            uses.Add(new ImageUse(image, path, positions?.Find(path)));
        }
    }
}
