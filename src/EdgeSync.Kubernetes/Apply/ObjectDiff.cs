using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Compares the live object with what a dry-run apply makes of it; both hold the server's defaults, so those are no difference.</summary>
internal static class ObjectDiff
{
    private static readonly string[] Ignored =
        ["/status", "/metadata/managedFields", "/metadata/resourceVersion", "/metadata/generation", "/metadata/creationTimestamp", "/metadata/uid"];

    public static IReadOnlyList<FieldChange> Compare(JsonObject live, JsonObject desired)
    {
        var changes = new List<FieldChange>();
        Compare(live, desired, "", live.Text("kind") == "Secret", changes);
        return changes;
    }

    private static void Compare(JsonNode? live, JsonNode? desired, string path, bool isSecret, List<FieldChange> changes)
    {
        if (Ignored.Contains(path))
        {
            return;
        }

        if (live is JsonObject before && desired is JsonObject after)
        {
            foreach (var member in before.Select(m => m.Key).Union(after.Select(m => m.Key), StringComparer.Ordinal))
            {
                Compare(before[member], after[member], $"{path}/{PositionMap.Escape(member)}", isSecret, changes);
            }
        }
        else if (live is JsonArray { Count: var count } left && desired is JsonArray right && right.Count == count)
        {
            for (var i = 0; i < count; i++)
            {
                Compare(left[i], right[i], $"{path}/{i}", isSecret, changes);
            }
        }
        else if (!JsonNode.DeepEquals(live, desired))
        {
            var isMasked = isSecret && (path.StartsWith("/data", StringComparison.Ordinal) || path.StartsWith("/stringData", StringComparison.Ordinal));
            changes.Add(new FieldChange(path, Text(live, isMasked), Text(desired, isMasked)));
        }
    }

    private static string? Text(JsonNode? node, bool isMasked) => node is null ? null : isMasked ? Redactor.Mask : node.ToJsonString();
}
