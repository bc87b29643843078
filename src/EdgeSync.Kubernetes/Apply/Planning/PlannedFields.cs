using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>
/// Makes of the differences that <see cref="ObjectDiff"/> finds what people can read: one entry for each field, items of lists compared by their names,
/// secret values masked, and the manager that wrote the live value.
/// </summary>
internal sealed class PlannedFields
{
    private const string LastApplied = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

    // Everything else in a Secret may hold its values: tools copy them into annotations.
    private static readonly string[] OpenInSecrets = ["/metadata/labels", "/metadata/finalizers", "/metadata/ownerReferences", "/type", "/immutable"];
    private static readonly string[] Maps = ["", "/metadata", "/metadata/annotations", "/metadata/labels", "/data", "/stringData", "/binaryData"];

    private readonly JsonObject _live;
    private readonly string _manager;
    private readonly bool _isSecret;
    private readonly List<PlannedField> _fields = [];

    private PlannedFields(JsonObject live, string manager)
    {
        _live = live;
        _manager = manager;
        _isSecret = live.Text("kind") == "Secret";
    }

    /// <summary>The fields in which the live object and the desired one differ.</summary>
    public static IReadOnlyList<PlannedField> Compare(JsonObject live, JsonObject desired, string manager) =>
        Of(live, ObjectDiff.Compare(live, desired).Select(change => (change.Path, Find(live, change.Path), Find(desired, change.Path))), manager);

    /// <summary>The fields at these pointers with these values, live and desired.</summary>
    public static IReadOnlyList<PlannedField> Of(JsonObject live, IEnumerable<(string Pointer, JsonNode? Live, JsonNode? Desired)> differences, string manager)
    {
        var fields = new PlannedFields(live, manager);
        foreach (var (pointer, before, after) in differences)
        {
            fields.Add(pointer, before, after);
        }

        return [.. fields._fields.DistinctBy(field => field.Path)];
    }

    /// <summary>The value at a JSON pointer, or null.</summary>
    public static JsonNode? Find(JsonNode? node, string pointer)
    {
        foreach (var part in pointer.Split('/').Skip(1).Select(Unescape))
        {
            node = node switch
            {
                JsonObject map => map[part],
                JsonArray list when int.TryParse(part, out var at) && at >= 0 && at < list.Count => list[at],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The text of one part of a JSON pointer.</summary>
    public static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private void Add(string pointer, JsonNode? live, JsonNode? desired)
    {
        if (live is JsonObject or null && desired is JsonObject or null && (Maps.Contains(pointer) || (live is not null && desired is not null)))
        {
            var (before, after) = (live as JsonObject ?? [], desired as JsonObject ?? []);
            foreach (var member in before.Select(m => m.Key).Union(after.Select(m => m.Key), StringComparer.Ordinal))
            {
                AddIfDifferent($"{pointer}/{PositionMap.Escape(member)}", before[member], after[member]);
            }
        }
        else if (live is JsonArray left && desired is JsonArray right)
        {
            AddItems(pointer, left, right);
        }
        else
        {
            AddField(pointer, live, desired);
        }
    }

    private void AddIfDifferent(string pointer, JsonNode? live, JsonNode? desired)
    {
        if (!ObjectDiff.AreEqual(live, desired, pointer))
        {
            Add(pointer, live, desired);
        }
    }

    // The pointer of an item is that of the live list, where the item is in it.
    private void AddItems(string pointer, JsonArray live, JsonArray desired)
    {
        if (KeyFor(live, desired) is not { } key)
        {
            if (live.Count == desired.Count)
            {
                for (var i = 0; i < live.Count; i++)
                {
                    AddIfDifferent($"{pointer}/{i}", live[i], desired[i]);
                }
            }
            else
            {
                AddField(pointer, live, desired);
            }

            return;
        }

        for (var i = 0; i < live.Count; i++)
        {
            AddIfDifferent($"{pointer}/{i}", live[i], desired.FirstOrDefault(item => key(item) == key(live[i])));
        }

        var next = live.Count;
        foreach (var item in desired.Where(item => !live.Any(other => key(other) == key(item))))
        {
            AddField($"{pointer}/{next++}", null, item);
        }
    }

    private static Func<JsonNode?, string?>? KeyFor(JsonArray live, JsonArray desired)
    {
        var keys = new Func<JsonNode?, string?>[] { item => item.Text("name"), item => $"{item.Number("containerPort") ?? item.Number("port")}/{item.Text("protocol")}" };
        return keys.FirstOrDefault(key => IsUnique(live, key) && IsUnique(desired, key));
    }

    private static bool IsUnique(JsonArray list, Func<JsonNode?, string?> key) =>
        list.All(item => item is JsonObject && key(item) is { Length: > 0 } text && text[0] != '/') && list.Select(key).Distinct(StringComparer.Ordinal).Count() == list.Count;

    private void AddField(string pointer, JsonNode? live, JsonNode? desired)
    {
        var isMasked = IsMasked(pointer);
        _fields.Add(new PlannedField(pointer, isMasked ? null : live?.DeepClone(), isMasked ? null : desired?.DeepClone())
        {
            IsMasked = isMasked,
            Edit = live is null ? FieldEdit.Added : desired is null ? FieldEdit.Removed : FieldEdit.Changed,
            Owner = live is null ? null : FieldOwners.Find(_live, pointer, _manager),
        });
    }

    private bool IsMasked(string pointer) =>
        pointer == LastApplied || (_isSecret && !OpenInSecrets.Any(open => pointer == open || pointer.StartsWith(open + "/", StringComparison.Ordinal)));
}
