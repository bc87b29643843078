using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Finds what a live object has and would not have if it held what the bundle says and no more. A field of another manager is that manager's affair
/// (a controller writes it), unless a person wrote it by kubectl.
/// </summary>
internal sealed class Excess
{
    private readonly JsonObject _found = [];

    /// <summary>The JSON pointers of the fields with their live values (null for what is missing); empty where nothing differs.</summary>
    public static JsonObject Of(JsonObject live, JsonObject fresh, KubernetesObject desired, string fieldManager)
    {
        desired = IgnoredFields.AsLive(desired, live);
        var entries = live.Objects("metadata", "managedFields").ToList();
        var others = entries
            .Where(entry => entry.Text("manager") is { } manager && manager != fieldManager && !manager.StartsWith("kubectl", StringComparison.Ordinal))
            .Select(entry => entry["fieldsV1"]).ToList();
        var owners = new Owners(others, [.. entries.Select(entry => entry["fieldsV1"])])
        {
            Left = desired.Fields.Conflicts == ConflictPolicy.Leave ? [.. entries.Where(entry => entry.Text("manager") != fieldManager).Select(entry => entry["fieldsV1"])] : [],
        };
        var excess = new Excess();
        excess.CompareMetadata(live, desired.Json, owners);
        foreach (var member in live.Select(m => m.Key).Union(fresh.Select(m => m.Key), StringComparer.Ordinal))
        {
            if (member is not ("apiVersion" or "kind" or "metadata" or "status"))
            {
                excess.Compare(live[member], fresh[member], desired.Json[member], owners.Below($"f:{member}"), $"/{PositionMap.Escape(member)}");
            }
        }

        return excess._found;
    }

    // Labels and annotations are open to everybody; one that nobody owns is left over from the bundle.
    private void CompareMetadata(JsonObject live, JsonObject desired, Owners all)
    {
        foreach (var map in new[] { "labels", "annotations" })
        {
            foreach (var (name, value) in live.At("metadata", map) as JsonObject ?? [])
            {
                var owners = all.Below("f:metadata").Below($"f:{map}").Below($"f:{name}");
                var stated = desired.At("metadata", map, name);
                if (stated is null ? !owners.HasAny && !ServerAnnotations.Contains(name) : !owners.IsLeft && !JsonNode.DeepEquals(stated, value))
                {
                    _found[$"/metadata/{map}/{PositionMap.Escape(name)}"] = value?.DeepClone();
                }
            }
        }
    }

    private void Compare(JsonNode? live, JsonNode? fresh, JsonNode? desired, Owners owners, string path)
    {
        if (ObjectDiff.AreEqual(live, fresh, path) || (live is null && desired is null) || (desired is null && IsRestart(path)))
        {
            return;
        }

        if (live is JsonObject { Count: > 0 } left && fresh is JsonObject or null)
        {
            foreach (var member in left.Select(m => m.Key).Union((fresh as JsonObject ?? []).Select(m => m.Key), StringComparer.Ordinal))
            {
                Compare(left[member], fresh.At(member), desired.At(member), owners.Below($"f:{member}"), $"{path}/{PositionMap.Escape(member)}");
            }
        }
        else if (live is JsonArray items && fresh is JsonArray or null && owners.IsKeyed)
        {
            CompareItems(items, fresh as JsonArray ?? [], desired as JsonArray ?? [], owners, path);
        }
        else if (live is JsonArray one && fresh is JsonArray other && one.Count == other.Count)
        {
            // Written as a whole, with one owner.
            for (var i = 0; i < one.Count; i++)
            {
                Compare(one[i], other[i], (desired as JsonArray)?.ElementAtOrDefault(i), owners, $"{path}/{i}");
            }
        }
        else if (desired is not null ? !owners.IsLeft : !owners.IsShared)
        {
            _found[path] = live?.DeepClone();
        }
    }

    private void CompareItems(JsonArray live, JsonArray fresh, JsonArray desired, Owners owners, string path)
    {
        foreach (var item in live)
        {
            var key = owners.KeyOf(item);
            var same = fresh.FirstOrDefault(other => OwnedFields.Matches(other, key));
            Compare(item, same, desired.FirstOrDefault(other => OwnedFields.Matches(other, key)), owners.Below(key), $"{path}/{PositionMap.Escape(key)}");
        }

        foreach (var key in fresh.Select(owners.KeyOf).Where(key => !live.Any(item => OwnedFields.Matches(item, key))))
        {
            _found[$"{path}/{PositionMap.Escape(key)}"] = null;
        }
    }

    // "kubectl rollout restart" is no other state.
    private static bool IsRestart(string path) => path.EndsWith("/annotations/kubectl.kubernetes.io~1restartedAt", StringComparison.Ordinal);

    /// <summary>The parts of all managers' <c>fieldsV1</c> that belong to one field, and those of managers whose fields do not count.</summary>
    private readonly record struct Owners(IReadOnlyList<JsonNode?> Others, IReadOnlyList<JsonNode?> All)
    {
        /// <summary>The parts of the managers to whom a field that they own is left.</summary>
        public List<JsonNode?> Left { get; init; } = [];

        public bool HasAny => All.Count > 0;

        public bool IsLeft => Left.Count > 0;

        public bool IsShared => Others.Count > 0;

        public bool IsKeyed => All.Any(node => node is JsonObject map && map.Any(member => member.Key.StartsWith("k:", StringComparison.Ordinal)));

        public Owners Below(string key) => new(Step(Others, key), Step(All, key)) { Left = Step(Left, key) };

        /// <summary>The item's key as the managers write it, with the fields of the first key that there is.</summary>
        public string KeyOf(JsonNode? item)
        {
            var known = All.OfType<JsonObject>().SelectMany(map => map.Select(member => member.Key)).Where(key => key.StartsWith("k:", StringComparison.Ordinal)).ToList();
            return known.Find(key => OwnedFields.Matches(item, key))
                ?? $"k:{new JsonObject(JsonNode.Parse(known[0][2..])!.AsObject().Select(field => KeyValuePair.Create(field.Key, item.At(field.Key)?.DeepClone()))).ToJsonString()}";
        }

        private static List<JsonNode?> Step(IReadOnlyList<JsonNode?> nodes, string key) => [.. nodes.Select(node => node.At(key)).Where(node => node is not null)];
    }
}
