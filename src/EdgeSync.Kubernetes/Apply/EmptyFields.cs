using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Finds fields that say nothing (<c>data: {}</c>). The API server (seen with 1.20) does not store them, takes them for news at each apply, and
/// writes the object again: a new resource version then does not mean a change.
/// </summary>
internal static class EmptyFields
{
    public static bool AreIn(JsonNode? node) => node switch
    {
        null or JsonObject { Count: 0 } or JsonArray { Count: 0 } => true,
        JsonObject fields => fields.Any(field => AreIn(field.Value)),
        JsonArray items => items.Any(AreIn),
        _ => false,
    };
}
