using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>
/// Lays what a bundle says over the live object, for comparison where the API server cannot be asked: it refuses the update of a field that cannot
/// change, or would validate the object by a definition that is about to change.
/// </summary>
internal static class Overlay
{
    /// <summary>A copy of the live object with every value that the desired one has.</summary>
    public static JsonObject Of(JsonObject live, JsonObject desired) => (JsonObject)Merge(live, desired)!;

    private static JsonNode? Merge(JsonNode? live, JsonNode? desired)
    {
        if (live is JsonObject before && desired is JsonObject after)
        {
            var merged = (JsonObject)before.DeepClone();
            foreach (var (name, value) in after)
            {
                merged[name] = Merge(before[name], value);
            }

            return merged;
        }

        if (live is JsonArray left && desired is JsonArray right && left.Count == right.Count)
        {
            return new JsonArray([.. left.Zip(right, Merge)]);
        }

        return desired?.DeepClone();
    }
}
