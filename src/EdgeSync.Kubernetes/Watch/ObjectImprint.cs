using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>What is remembered of a watched object, to distinguish a change by another client from our own changes and from status updates.</summary>
internal sealed class ObjectImprint
{
    private const string Replicas = "/spec/replicas";
    private readonly long _generation;
    private readonly string _version;
    private readonly JsonNode? _labels;
    private readonly JsonNode? _annotations;
    private readonly List<JsonObject> _otherFields;
    private readonly List<JsonObject> _foreignFields;
    private readonly JsonNode? _ownFields;
    private readonly string? _ownTime;
    private readonly JsonObject? _newestOther;

    private ObjectImprint(JsonObject live, string fieldManager)
    {
        Id = new KubernetesObject(live).Id;
        _generation = live.Number("metadata", "generation") ?? 0;
        _version = live.Text("metadata", "resourceVersion") ?? "";
        _labels = live.At("metadata", "labels")?.DeepClone();
        _annotations = ServerAnnotations.Without(live);
        _otherFields = OtherFields(live, fieldManager);
        _foreignFields = _otherFields.FindAll(entry => entry.Text("subresource") is null);
        _newestOther = live.Objects("metadata", "managedFields")
            .Where(entry => entry.Text("manager") != fieldManager && entry.Text("subresource") is null)
            .MaxBy(entry => entry.Text("time"), StringComparer.Ordinal);
        var own = live.Objects("metadata", "managedFields").FirstOrDefault(entry => entry.Text("manager") == fieldManager);
        _ownFields = own?["fieldsV1"]?.DeepClone();
        _ownTime = own.Text("time");
    }

    public ObjectId Id { get; }

    /// <summary>Says that the object was changed, and which manager besides us wrote last.</summary>
    public DriftNotice ChangeOf(ObjectId id) => new(id, DriftKind.Changed, _newestOther.Text("manager"))
    {
        Operation = _newestOther.Text("operation"),
        Time = _newestOther.Text("time"),
    };

    public static ObjectImprint Of(JsonObject live, string fieldManager) => new(live, fieldManager);

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
            || !JsonNode.DeepEquals(_labels, before._labels)
            || !JsonNode.DeepEquals(_annotations, before._annotations);

        if (!isChanged || (rules.Ignored.Count > 0 && IsOfOthers(before, rules)))
        {
            return false;
        }

        // A client that only removes a field of ours leaves no entry of its own, but our entry changes without a new time. One that scales leaves no
        // entry at all on older servers; the generation alone shows it.
        return _foreignFields.Any(entry => IsNew(entry, before))
            || (_ownTime == before._ownTime && (_generation != before._generation || !JsonNode.DeepEquals(_ownFields, before._ownFields)));
    }

    // Whether all that was written since belongs to others, by the rules. An entry has one time for all its fields, so that nothing but ignored fields may be
    // in those that are new. Older servers write no entry for a scale.
    private bool IsOfOthers(ObjectImprint before, FieldRules rules)
    {
        var written = _otherFields.FindAll(entry => !before._otherFields.Exists(known => JsonNode.DeepEquals(entry, known)));
        return JsonNode.DeepEquals(IgnoredFields.Without(_ownFields, rules), IgnoredFields.Without(before._ownFields, rules))
            && (written.Count > 0
                ? written.TrueForAll(entry => IsEmpty(IgnoredFields.Without(entry["fieldsV1"], rules)))
                : _generation != before._generation && rules.Ignored.Any(field => field.Text == Replicas));
    }

    private static bool IsEmpty(JsonObject? fields) =>
        fields is null || fields.All(field => field.Key == "." || (field.Value is JsonObject { Count: > 0 } below && IsEmpty(below)));

    // Our own apply takes fields from other entries; their times stay.
    private bool IsNew(JsonObject entry, ObjectImprint before) => !before._foreignFields.Exists(known =>
        JsonNode.DeepEquals(entry, known)
        || (_ownTime != before._ownTime && entry.Text("manager") == known.Text("manager") && entry.Text("time") == known.Text("time")));

    // The times count too: a second edit of the same field by the same manager changes nothing but its time.
    private static List<JsonObject> OtherFields(JsonObject live, string fieldManager)
    {
        var fields = new List<JsonObject>();
        foreach (var entry in live.Objects("metadata", "managedFields"))
        {
            // Older servers do not say that an entry is of the status alone.
            var isOfStatus = entry.Text("subresource") == "status" || (entry["fieldsV1"] is JsonObject owned && owned.Count > 0 && owned.All(field => field.Key == "f:status"));
            if (entry.Text("manager") != fieldManager && !isOfStatus)
            {
                fields.Add((JsonObject)entry.DeepClone());
            }
        }

        return fields;
    }
}
