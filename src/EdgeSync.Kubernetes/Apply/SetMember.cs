using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>What the metadata of a live object says about it.</summary>
internal sealed record SetMember
{
    public required ObjectId Id { get; init; }

    public required string Uid { get; init; }

    /// <summary>The same text for as long as nobody changes the object's content, its labels or its annotations; changes of its status do not count.</summary>
    public required string Version { get; init; }

    public required string ResourceVersion { get; init; }

    /// <summary>The ApplySet's id that its label names, or null.</summary>
    public string? Set { get; init; }

    /// <summary>
    /// Whether we applied it. The label alone proves nothing: Endpoints inherit it from their Service, and anybody can write it. Objects that we applied
    /// have our field manager.
    /// </summary>
    public bool IsOurs { get; init; }

    /// <summary>Whether its manifest forbids that it is pruned.</summary>
    public bool IsToBeKept { get; init; }

    public bool IsTerminating { get; init; }

    /// <summary>Whether it is a Job that ran as a hook.</summary>
    public bool IsHook { get; init; }

    /// <summary>Reads the object, or its metadata alone, as the API server sent it.</summary>
    public static SetMember Of(JsonObject live, string fieldManager) => new()
    {
        Id = new KubernetesObject(live).Id,
        Uid = live.Text("metadata", "uid") ?? "",
        Version = VersionOf(live, fieldManager),
        ResourceVersion = live.Text("metadata", "resourceVersion") ?? "",
        Set = live.Text("metadata", "labels", ApplySet.PartOfLabel),
        IsOurs = OwnedFields.EntryOf(live, fieldManager) is not null && !live.Objects("metadata", "ownerReferences").Any(owner => owner.IsTrue("controller")),
        IsToBeKept = live.Text("metadata", "annotations", ApplySet.PruneAnnotation) == "disabled",
        IsTerminating = live.At("metadata", "deletionTimestamp") is not null,
        IsHook = live.Text("metadata", "annotations", HookJobs.RunAnnotation) is not null,
    };

    /// <summary>See <see cref="Version"/>.</summary>
    public static string VersionOf(JsonObject live, string fieldManager)
    {
        var uid = live.Text("metadata", "uid") ?? "";
        if ((live.Number("metadata", "generation") ?? 0) is var generation && generation == 0)
        {
            // Without a generation (ConfigMap, Secret, RBAC) only the resource version tells.
            return $"{uid} r{live.Text("metadata", "resourceVersion")}";
        }

        var metadata = new JsonObject();
        foreach (var part in new[] { "labels", "finalizers", "ownerReferences", "deletionTimestamp" })
        {
            metadata[part] = live.At("metadata", part)?.DeepClone();
        }

        metadata["annotations"] = ServerAnnotations.Without(live);
        metadata["owned"] = OwnedFields.EntryOf(live, fieldManager).At("fieldsV1")?.DeepClone();
        return $"{uid} g{generation} {ObjectFingerprint.Of(metadata).Hex[..32]}";
    }
}
