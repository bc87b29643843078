using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSync.Bundles.Linting;

/// <summary>Looks into unstructured JSON without failing on what is missing or of another type.</summary>
internal static class JsonPaths
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
        {
            if (node is not JsonObject parent || !parent.TryGetPropertyValue(member, out node))
            {
                return null;
            }
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

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
