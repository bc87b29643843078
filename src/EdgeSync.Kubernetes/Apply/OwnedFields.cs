using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Reads <c>metadata.managedFields</c>: which field belongs to which manager.</summary>
internal static class OwnedFields
{
    /// <summary>
    /// Whether the apply that leads to <paramref name="outcome"/> changes what this manager owns of the live object. Fields that the server does not
    /// store (an empty list) are in no object, and do not count.
    /// </summary>
    public static bool Differ(JsonObject live, JsonObject outcome, string manager)
    {
        var (before, after) = (EntryOf(live, manager), EntryOf(outcome, manager));
        return before.Text("apiVersion") != after.Text("apiVersion") || Differ(before.At("fieldsV1"), after.At("fieldsV1"), outcome);
    }

    /// <summary>What this manager applied, or null.</summary>
    public static JsonObject? EntryOf(JsonObject live, string manager) => live
        .Objects("metadata", "managedFields")
        .FirstOrDefault(entry => entry.Text("manager") == manager && entry.Text("operation") == "Apply" && entry.Text("subresource") is null);

    /// <summary>The value to which a key of <c>fieldsV1</c> leads, or null.</summary>
    public static JsonNode? Follow(JsonNode? value, string key) => key.Split(':', 2) switch
    {
        ["."] => value,
        ["f", var name] => value.At(name),
        ["k", _] => (value as JsonArray)?.FirstOrDefault(item => Matches(item, key)),
        ["v", var text] => (value as JsonArray)?.FirstOrDefault(item => JsonNode.DeepEquals(item, JsonNode.Parse(text))),
        ["i", var index] when value is JsonArray list && int.TryParse(index, out var at) && at < list.Count => list[at],
        _ => null,
    };

    private static bool Differ(JsonNode? before, JsonNode? after, JsonNode? value)
    {
        if (value is null)
        {
            return false;
        }

        if (before is not JsonObject || after is not JsonObject)
        {
            return Exists(before ?? after, value);
        }

        var (left, right) = (before.AsObject(), after.AsObject());
        return left.Select(member => member.Key).Union(right.Select(member => member.Key), StringComparer.Ordinal)
            .Any(key => Follow(value, key) is var child && !ObjectDiff.SaysNothing(key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..], child) && Differ(left[key], right[key], child));
    }

    private static bool Exists(JsonNode? fields, JsonNode? value) =>
        fields is JsonObject map && value is not null && (map.Count == 0 || map.Any(member => Exists(member.Value, Follow(value, member.Key))));

    /// <summary>Whether an item of a list has this key (<c>k:{"name":"a"}</c>).</summary>
    public static bool Matches(JsonNode? item, string key) =>
        item is JsonObject && JsonNode.Parse(key[2..]) is JsonObject keys && keys.All(field => JsonNode.DeepEquals(item.At(field.Key), field.Value));

    /// <summary>Where in <c>managedFields</c> this manager has an entry that is no apply, which is left by a <see cref="Replacement"/>; or null.</summary>
    public static int? FindUpdate(JsonObject live, string manager)
    {
        var entries = live.Objects("metadata", "managedFields").ToList();
        var index = entries.FindIndex(entry => entry.Text("manager") == manager && entry.Text("operation") == "Update" && entry.Text("subresource") is null);
        return index < 0 ? null : index;
    }
}
