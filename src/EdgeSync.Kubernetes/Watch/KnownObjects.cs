using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// What a watch knows of the set's objects of one kind, and which change is a sign of drift: a deletion, or a change by another than us of more
/// than the status. Used by one loop at a time.
/// </summary>
internal sealed class KnownObjects(IReadOnlyList<ObjectId> wanted, string fieldManager)
{
    private readonly Dictionary<(string? Namespace, string Name), ObjectId> _wanted = wanted.ToDictionary(id => (id.Namespace, id.Name));
    private readonly Dictionary<(string? Namespace, string Name), State> _states = [];
    private bool _isFirst = true;

    /// <summary>Takes a fresh list; yields what is missing, and what is not as it was known.</summary>
    public List<ObjectId> Replace(IReadOnlyList<JsonObject> items)
    {
        var found = items.Where(item => _wanted.ContainsKey(KeyOf(item))).ToDictionary(KeyOf);
        var signs = _wanted.Where(pair => !found.ContainsKey(pair.Key)).Select(pair => pair.Value).ToList();
        if (!_isFirst)
        {
            signs.AddRange(found.Where(pair => _states.TryGetValue(pair.Key, out var state) && IsSign(state, pair.Value)).Select(pair => _wanted[pair.Key]));
        }

        _states.Clear();
        foreach (var (key, item) in found)
        {
            _states[key] = State.Of(item);
        }

        _isFirst = false;
        return signs;
    }

    /// <summary>Takes one change; the object, if it is a sign of drift.</summary>
    public ObjectId? Take(WatchEvent change)
    {
        var key = KeyOf(change.Live);
        if (change.Type == WatchEventType.Bookmark || !_wanted.TryGetValue(key, out var id))
        {
            return null;
        }

        if (change.Type == WatchEventType.Deleted)
        {
            _states.Remove(key);
            return id;
        }

        var isSign = _states.TryGetValue(key, out var before) && IsSign(before, change.Live);
        _states[key] = State.Of(change.Live);
        return isSign ? id : null;
    }

    private static (string? Namespace, string Name) KeyOf(JsonObject live) => (live.Text("metadata", "namespace"), live.Text("metadata", "name") ?? "");

    private bool IsSign(State before, JsonObject live)
    {
        var now = State.Of(live);
        if (now.Version == before.Version || NewestManager(live) is not { } newest || newest.Manager == fieldManager)
        {
            return false;
        }

        // A kind that counts generations says itself when its spec changed; of the others, a pure status change is the controllers' own.
        return now.Generation is not null
            ? now.Generation != before.Generation || now.Labels != before.Labels
            : !newest.IsStatusOnly;
    }

    private static (string Manager, bool IsStatusOnly)? NewestManager(JsonObject live)
    {
        var newest = live.Objects("metadata", "managedFields").MaxBy(entry => entry.Text("time"), StringComparer.Ordinal);
        if (newest is null)
        {
            return null;
        }

        var isStatusOnly = newest.Text("subresource") == "status"
            || (newest.At("fieldsV1") is JsonObject fields && fields.All(field => field.Key == "f:status"));
        return (newest.Text("manager") ?? "", isStatusOnly);
    }

    private sealed record State(string? Version, long? Generation, string Labels)
    {
        public static State Of(JsonObject live) => new(
            live.Text("metadata", "resourceVersion"),
            live.Number("metadata", "generation"),
            live.At("metadata", "labels") is JsonObject labels
                ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal))
                : "");
    }
}
