using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>What is remembered of a watched object, to distinguish a change by another client from our own changes and from status updates.</summary>
internal sealed class ObjectImprint
{
    private readonly long _generation;
    private readonly string _version;
    private readonly JsonNode? _labels;
    private readonly JsonNode? _annotations;
    private readonly JsonArray _foreignFields;
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
        _foreignFields = ForeignFields(live, fieldManager);
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
    public bool IsDriftFrom(ObjectImprint before)
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

        // A client that only removes a field of ours leaves no entry of its own, but our entry changes without a new time. One that scales leaves no
        // entry at all on older servers; the generation alone shows it.
        return isChanged
            && (_foreignFields.Any(entry => IsNew(entry, before))
                || (_ownTime == before._ownTime && (_generation != before._generation || !JsonNode.DeepEquals(_ownFields, before._ownFields))));
    }

    // Our own apply takes fields from other entries; their times stay.
    private bool IsNew(JsonNode? entry, ObjectImprint before) => !before._foreignFields.Any(known =>
        JsonNode.DeepEquals(entry, known)
        || (_ownTime != before._ownTime && entry.Text("manager") == known.Text("manager") && entry.Text("time") == known.Text("time")));

    // The times count too: a second edit of the same field by the same manager changes nothing but its time.
    private static JsonArray ForeignFields(JsonObject live, string fieldManager)
    {
        var fields = new JsonArray();
        foreach (var entry in live.Objects("metadata", "managedFields"))
        {
            // Older servers do not say that an entry is of the status alone.
            var isOfStatus = entry["fieldsV1"] is JsonObject owned && owned.Count > 0 && owned.All(field => field.Key == "f:status");
            if (entry.Text("manager") != fieldManager && entry.Text("subresource") is null && !isOfStatus)
            {
                fields.Add(entry.DeepClone());
            }
        }

        return fields;
    }
}
