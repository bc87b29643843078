using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Keys of a Secret that agents before 0.2 applied as <c>stringData</c> and a later bundle took out. Nobody owns such a key in <c>data</c>, so that no
/// apply takes it away.
/// </summary>
internal static class SecretKeys
{
    /// <summary>The keys that no manager owns and the bundle does not have. A field that was written in any other way has an owner.</summary>
    public static IReadOnlyList<string> LeftOver(JsonObject live, KubernetesObject desired, string fieldManager)
    {
        if (desired.Id.GroupKind != "Secret" || OwnedFields.EntryOf(live, fieldManager) is null)
        {
            return [];
        }

        desired = IgnoredFields.AsLive(desired, live);
        var entries = live.Objects("metadata", "managedFields").ToList();
        return [.. (live["data"] as JsonObject ?? []).Select(member => member.Key).Where(key => desired.Json.At("data", key) is null && !entries.Exists(entry => Owns(entry, key)))];

        bool Owns(JsonObject entry, string key) => entry.At("fieldsV1", "f:data", $"f:{key}") is not null
            || (entry.Text("manager") != fieldManager && entry.At("fieldsV1", "f:stringData", $"f:{key}") is not null);
    }

    /// <summary>The JSON patch that takes these keys out.</summary>
    public static JsonArray PatchWithout(IEnumerable<string> keys) =>
        [.. keys.Select(JsonNode (key) => new JsonObject { ["op"] = "remove", ["path"] = $"/data/{PositionMap.Escape(key)}" })];
}
