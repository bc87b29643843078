using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// What is remembered of a watched object, to distinguish a change by another client from our own changes and from status updates. There is one for each object
/// of a bundle as long as the agent runs, so it keeps digests and no JSON, except the fields of an object with rules about them.
/// </summary>
internal sealed class ObjectImprint
{
    private const string Replicas = "/spec/replicas";
    private readonly long _generation;
    private readonly string _version;
    private readonly Digest _labelsAndAnnotations;
    private readonly List<Entry> _others;
    private readonly Digest _ownFields;
    private readonly JsonObject? _ownFieldsByName;
    private readonly string? _ownTime;
    private readonly (string? Manager, string? Operation, string? Time) _newestOther;

    private ObjectImprint(JsonObject live, string fieldManager, bool hasRules)
    {
        _generation = live.Number("metadata", "generation") ?? 0;
        _version = live.Text("metadata", "resourceVersion") ?? "";
        _labelsAndAnnotations = ObjectFingerprint.Of(new JsonArray(live.At("metadata", "labels")?.DeepClone(), ServerAnnotations.Without(live)));
        _others = [.. OthersFields(live, fieldManager).Select(entry => new Entry(entry, hasRules))];
        var newest = live.Objects("metadata", "managedFields")
            .Where(entry => entry.Text("manager") != fieldManager && entry.Text("subresource") is null)
            .MaxBy(entry => entry.Text("time"), StringComparer.Ordinal);
        _newestOther = (newest.Text("manager"), newest.Text("operation"), newest.Text("time"));
        var own = live.Objects("metadata", "managedFields").FirstOrDefault(entry => entry.Text("manager") == fieldManager);
        _ownFields = ObjectFingerprint.Of(own?["fieldsV1"]);
        _ownFieldsByName = hasRules ? own?["fieldsV1"]?.DeepClone() as JsonObject : null;
        _ownTime = own.Text("time");
    }

    /// <summary>Says that the object was changed, and which manager besides us wrote last.</summary>
    public DriftNotice ChangeOf(ObjectId id) => new(id, DriftKind.Changed, _newestOther.Manager) { Operation = _newestOther.Operation, Time = _newestOther.Time };

    /// <summary>The imprint of an object; <paramref name="rules"/> are those that later comparisons use.</summary>
    public static ObjectImprint Of(JsonObject live, string fieldManager, FieldRules rules) => new(live, fieldManager, rules.Ignored.Count > 0);

    /// <summary>Whether the step from the imprint before to this one may have changed something that is applied.</summary>
    public bool IsDriftFrom(ObjectImprint before, FieldRules rules)
    {
        if (_version == before._version)
        {
            return false;
        }

        // Without a generation (ConfigMap, Secret, RBAC) every change counts; else those of the status do not.
        var isChanged = _generation == 0
            || _generation != before._generation
            || _labelsAndAnnotations != before._labelsAndAnnotations;

        if (!isChanged || (rules.Ignored.Count > 0 && IsOfOthers(before, rules)))
        {
            return false;
        }

        // A client that only removes a field of ours leaves no entry of its own, but our entry changes without a new time. One that scales leaves no
        // entry at all on older servers; the generation alone shows it.
        return _others.Any(entry => entry.Subresource is null && IsNew(entry, before))
            || (_ownTime == before._ownTime && (_generation != before._generation || _ownFields != before._ownFields));
    }

    // Whether all that was written since belongs to others, by the rules. An entry has one time for all its fields, so that nothing but ignored fields may be
    // in those that are new. Older servers write no entry for a scale.
    private bool IsOfOthers(ObjectImprint before, FieldRules rules)
    {
        var written = _others.FindAll(entry => !before._others.Exists(known => known.Content == entry.Content));
        return JsonNode.DeepEquals(IgnoredFields.Without(_ownFieldsByName, rules), IgnoredFields.Without(before._ownFieldsByName, rules))
            && (written.Count > 0
                ? written.TrueForAll(entry => IsEmpty(IgnoredFields.Without(entry.FieldsByName, rules)))
                : _generation != before._generation && rules.Ignored.Any(field => field.Text == Replicas));
    }

    private static bool IsEmpty(JsonObject? fields) =>
        fields is null || fields.All(field => field.Key == "." || (field.Value is JsonObject { Count: > 0 } below && IsEmpty(below)));

    // Our own apply takes fields from other entries; their times stay.
    private bool IsNew(Entry entry, ObjectImprint before) => !before._others.Exists(known => known.Subresource is null
        && (known.Content == entry.Content || (_ownTime != before._ownTime && entry.Manager == known.Manager && entry.Time == known.Time)));

    private static IEnumerable<JsonObject> OthersFields(JsonObject live, string fieldManager)
    {
        foreach (var entry in live.Objects("metadata", "managedFields"))
        {
            // Older servers do not say that an entry is of the status alone.
            var isOfStatus = entry.Text("subresource") == "status" || (entry["fieldsV1"] is JsonObject owned && owned.Count > 0 && owned.All(field => field.Key == "f:status"));
            if (entry.Text("manager") != fieldManager && !isOfStatus)
            {
                yield return entry;
            }
        }
    }

    /// <summary>What another manager wrote.</summary>
    private sealed class Entry(JsonObject entry, bool hasRules)
    {
        public string? Manager { get; } = entry.Text("manager");

        public string? Time { get; } = entry.Text("time");

        public string? Subresource { get; } = entry.Text("subresource");

        /// <summary>All of it, its time too: a second edit of the same field by the same manager changes nothing else.</summary>
        public Digest Content { get; } = ObjectFingerprint.Of(entry);

        public JsonObject? FieldsByName { get; } = hasRules ? entry["fieldsV1"]?.DeepClone() as JsonObject : null;
    }
}
