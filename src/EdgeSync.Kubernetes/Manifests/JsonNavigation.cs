using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Reads unstructured JSON without throwing on what is missing or of another type.</summary>
public static class JsonNavigation
{
    /// <summary>The node at this path of members, or null.</summary>
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

    /// <summary>The text at this path, or null if there is none or it is something else.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number at this path, or null.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is not JsonValue value)
        {
            return null;
        }

        return value.TryGetValue<long>(out var number) ? number : value.TryGetValue<int>(out var small) ? small : null;
    }

    /// <summary>Whether the value at this path is the boolean true.</summary>
    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The objects of the list at this path; none if it is no list.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The object at this path, or null.</summary>
    public static bool TryObject(this JsonNode? node, string member, [NotNullWhen(true)] out JsonObject? found) =>
        (found = node.At(member) as JsonObject) is not null;
}
