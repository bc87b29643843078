using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>Walks lists of unstructured JSON together with the path.</summary>
internal static class JsonPaths
{
    /// <summary>The objects of a list, each with its JSON pointer below <paramref name="pointer"/>.</summary>
    public static IEnumerable<(JsonObject Item, string Pointer)> Items(this JsonNode? node, string member, string pointer)
    {
        if (node.At(member) is not JsonArray list)
        {
            yield break;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item)
            {
                yield return (item, $"{pointer}/{member}/{i}");
            }
        }
    }
}
