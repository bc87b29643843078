using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Compares the live object with what a dry-run apply makes of it; both hold the server's defaults, so those are no difference.</summary>
internal static class ObjectDiff
{
    private static readonly string[] Ignored =
        ["/status", "/metadata/managedFields", "/metadata/resourceVersion", "/metadata/generation", "/metadata/creationTimestamp", "/metadata/uid"];

    // Stored as they are written, but {} and nothing mean the same. A write of one for the other would restart pods.
    private static readonly string[] SameWhenEmpty = ["securityContext", "lifecycle", "affinity", "dnsConfig", "resources"];

    /// <summary>Whether a field of this name says nothing with this value.</summary>
    public static bool SaysNothing(string name, JsonNode? value) => value is null || (value is JsonObject { Count: 0 } && SameWhenEmpty.Contains(name));

    public static IReadOnlyList<FieldChange> Compare(JsonObject live, JsonObject desired)
    {
        var changes = new List<FieldChange>();
        Compare(live, desired, "", new Traits(live.Text("kind") == "Secret", IsBuiltIn(live)), changes);
        return changes;
    }

    private static void Compare(JsonNode? live, JsonNode? desired, string path, Traits traits, List<FieldChange> changes)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Ignored.Contains(path) || (SaysNothing(name, live) && SaysNothing(name, desired)))
        {
            return;
        }

        if (live is JsonObject before && desired is JsonObject after)
        {
            foreach (var member in before.Select(m => m.Key).Union(after.Select(m => m.Key), StringComparer.Ordinal))
            {
                Compare(before[member], after[member], $"{path}/{PositionMap.Escape(member)}", traits, changes);
            }
        }
        else if (live is JsonArray { Count: var count } left && desired is JsonArray right && right.Count == count)
        {
            for (var i = 0; i < count; i++)
            {
                Compare(left[i], right[i], $"{path}/{i}", traits, changes);
            }
        }
        else if (!JsonNode.DeepEquals(live, desired) && !(traits.IsBuiltIn && IsSameAmount(live, desired, path)))
        {
            var isMasked = traits.IsSecret && (path.StartsWith("/data", StringComparison.Ordinal) || path.StartsWith("/stringData", StringComparison.Ordinal));
            changes.Add(new FieldChange(path, Text(live, isMasked), Text(desired, isMasked)));
        }
    }

    // The owner of a CRD may read the text of an amount.
    private static bool IsBuiltIn(JsonObject live) =>
        new KubernetesObject(live).Id.Group is var group && (!group.Contains('.', StringComparison.Ordinal) || group.EndsWith(".k8s.io", StringComparison.Ordinal));

    /// <summary>Whether two values of the field at this path mean the same.</summary>
    public static bool AreEqual(JsonNode? live, JsonNode? other, string path) =>
        JsonNode.DeepEquals(live, other) || IsSameAmount(live, other, path)
        || (path[(path.LastIndexOf('/') + 1)..] is var name && SaysNothing(name, live) && SaysNothing(name, other));

    private static bool IsSameAmount(JsonNode? live, JsonNode? desired, string path) =>
        Quantity.IsAt(path) && live is JsonValue left && desired is JsonValue right
        && left.TryGetValue<string>(out var one) && right.TryGetValue<string>(out var other) && Quantity.AreEqual(one, other);

    private static string? Text(JsonNode? node, bool isMasked) => node is null ? null : isMasked ? Redactor.Mask : node.ToJsonString();

    private readonly record struct Traits(bool IsSecret, bool IsBuiltIn);
}
