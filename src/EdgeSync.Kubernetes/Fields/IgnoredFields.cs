using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Fields;

/// <summary>
/// Makes of what a bundle says of an object that exists what is sent and compared: fields that belong to others are as they are live, or not in it.
/// </summary>
internal static class IgnoredFields
{
    /// <summary>The object with what is live in each ignored field, so that these differ in nothing.</summary>
    public static KubernetesObject AsLive(KubernetesObject item, JsonObject live) => Change(item, item.Fields.Ignored, live, owned: null, all: true);

    /// <summary>
    /// The object as it is sent: without the ignored fields. One that <paramref name="manager"/> still owns keeps its live value, since server-side apply would
    /// remove it if it was not sent any more.
    /// </summary>
    public static KubernetesObject ToSend(KubernetesObject item, JsonObject live, string manager) =>
        Change(item, item.Fields.Ignored, live, OwnedFields.EntryOf(live, manager).At("fieldsV1") is JsonObject { Count: > 0 } owned ? owned : null, all: false);

    /// <summary>The object without these fields.</summary>
    public static KubernetesObject Without(KubernetesObject item, IEnumerable<string> pointers) =>
        Change(item, [.. pointers.Select(FieldPointer.Parse)], live: null, owned: null, all: false);

    /// <summary>A copy of a manager's <c>fieldsV1</c> without the ignored fields.</summary>
    public static JsonObject? Without(JsonNode? owned, FieldRules rules)
    {
        var rest = owned?.DeepClone() as JsonObject;
        foreach (var field in rest is null ? [] : rules.Ignored)
        {
            field.RemoveFrom(rest!);
        }

        return rest;
    }

    /// <summary>
    /// The JSON patch by which the manager gives the ignored fields up, without a change of their values; empty where it owns none, or only together with
    /// others. It fails if the manager's fields have changed meanwhile.
    /// </summary>
    public static JsonArray PatchToGiveUp(JsonObject live, FieldRules rules, string manager)
    {
        var entries = live.Objects("metadata", "managedFields").ToList();
        if (rules.Ignored.Count == 0 || OwnedFields.EntryOf(live, manager) is not { } own || Without(own["fieldsV1"], rules) is not { Count: > 0 } rest
            || JsonNode.DeepEquals(own["fieldsV1"], rest))
        {
            return [];
        }

        var path = $"/metadata/managedFields/{entries.IndexOf(own)}/fieldsV1";
        return new JsonArray(
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = own["fieldsV1"]!.DeepClone() },
            new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = rest });
    }

    private static KubernetesObject Change(KubernetesObject item, IReadOnlyList<FieldPointer> fields, JsonNode? live, JsonNode? owned, bool all)
    {
        if (fields.Count == 0)
        {
            return item;
        }

        var json = (JsonObject)item.Json.DeepClone();
        foreach (var field in fields)
        {
            Set(json, new Live(live, owned, all), [.. field.Parts]);
        }

        return new KubernetesObject(json, item.Source) { Fields = item.Fields };
    }

    private static void Set(JsonNode? desired, Live live, ReadOnlySpan<string> parts)
    {
        if (desired is JsonObject map)
        {
            SetMember(map, live.Member(parts[0]), parts);
        }
        else if (desired is JsonArray list)
        {
            foreach (var item in list.Where(item => item is not null).ToList())
            {
                if (FieldPointer.Names(parts[0], item))
                {
                    SetItem(list, item!, live.Item(item!, list), parts);
                }
            }

            if (parts.Length == 1)
            {
                AddItems(list, live, parts[0]);
            }
        }
    }

    private static void SetMember(JsonObject map, Live live, ReadOnlySpan<string> parts)
    {
        var name = parts[0];
        if (parts.Length == 1)
        {
            map.Remove(name);
            if (live.Kept is { } value)
            {
                map[name] = value;
            }

            return;
        }

        // The bundle may state nothing of what is around a field that an earlier version stated.
        var below = map[name] ?? (live.Value is JsonObject ? new JsonObject() : live.Value is JsonArray ? new JsonArray() : null);
        Set(below, live, parts[1..]);
        if (below?.Parent is null && below is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            map[name] = below;
        }
    }

    private static void SetItem(JsonArray list, JsonNode item, Live live, ReadOnlySpan<string> parts)
    {
        if (parts.Length > 1)
        {
            Set(item, live, parts[1..]);
            return;
        }

        var at = list.IndexOf(item);
        list.RemoveAt(at);
        if (live.Kept is { } value)
        {
            list.Insert(at, value);
        }
    }

    // Whole items that somebody has added, such as the container of a proxy.
    private static void AddItems(JsonArray list, Live live, string part)
    {
        foreach (var item in (live.Value as JsonArray ?? []).OfType<JsonObject>().Where(item => FieldPointer.Names(part, item)))
        {
            if (live.Item(item, list).Kept is { } value && !list.Any(other => JsonNode.DeepEquals(other, value)))
            {
                list.Add(value);
            }
        }
    }

    /// <summary>What is live in one place, and what of it the manager owns.</summary>
    /// <param name="Value">The live value, or null.</param>
    /// <param name="Owned">The place in <c>fieldsV1</c>; empty where the manager owns it as a whole; null where it owns nothing there.</param>
    /// <param name="IsAll">Whether the live value is kept in any case.</param>
    private readonly record struct Live(JsonNode? Value, JsonNode? Owned, bool IsAll)
    {
        /// <summary>A copy of the live value where it is to be kept.</summary>
        public JsonNode? Kept => IsAll || Owned is not null ? Value?.DeepClone() : null;

        public Live Member(string name) => this with { Value = Value.At(name), Owned = IsWhole ? Owned : Owned.At($"f:{name}") };

        /// <summary>The live item that is the same as an item of <paramref name="list"/>: by the key that the manager owns it by, by its name, or by its place.</summary>
        public Live Item(JsonNode item, JsonArray list)
        {
            var key = (Owned as JsonObject ?? []).Select(member => member.Key).FirstOrDefault(key => key.StartsWith("k:", StringComparison.Ordinal) && OwnedFields.Matches(item, key));
            var items = Value as JsonArray ?? [];
            var same = key is not null ? items.FirstOrDefault(other => OwnedFields.Matches(other, key))
                : items.Contains(item) ? item
                : item.Text("name") is { } name ? items.FirstOrDefault(other => other.Text("name") == name)
                : items.ElementAtOrDefault(list.IndexOf(item));
            return this with { Value = same, Owned = IsWhole ? Owned : key is null ? null : Owned.At(key) };
        }

        private bool IsWhole => Owned is JsonObject { Count: 0 };
    }
}
