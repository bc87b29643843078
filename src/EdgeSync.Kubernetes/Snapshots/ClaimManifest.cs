using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>What a claim is made again of. It is stored with the snapshot, since nothing else has it between the deletion of the claim and its creation.</summary>
internal static class ClaimManifest
{
    /// <summary>The annotation of a VolumeSnapshot with the claim as it was.</summary>
    public const string Annotation = "edgesync.dev/claim";

    /// <summary>The annotation of a claim with the name of the VolumeSnapshot that its content is from.</summary>
    public const string RestoredAnnotation = "edgesync.dev/restored-from";

    private static readonly string[] OfTheVolume = ["pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/storage-provisioner", "kubectl.kubernetes.io/"];
    private static readonly string[] NotCopied = ["volumeName", "dataSource", "dataSourceRef"];

    /// <summary>
    /// The claim without its volume and without what the cluster itself writes. Labels and annotations that this manager applied are left out: the apply that follows a
    /// restore brings those that are wanted then, and nobody else would ever take them away.
    /// </summary>
    public static JsonObject Of(JsonObject live, string manager)
    {
        var spec = (JsonObject)live["spec"]!.DeepClone();
        foreach (var member in NotCopied)
        {
            spec.Remove(member);
        }

        var applied = OwnedFields.EntryOf(live, manager).At("fieldsV1", "f:metadata");
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject
            {
                ["name"] = live.Text("metadata", "name"),
                ["namespace"] = live.Text("metadata", "namespace"),
                ["labels"] = Others(live.At("metadata", "labels"), applied.At("f:labels")),
                ["annotations"] = Others(live.At("metadata", "annotations"), applied.At("f:annotations")),
            },
            ["spec"] = spec,
        };
    }

    /// <summary>What <see cref="Of"/> gave, from the annotation of a snapshot; null where it is not there or is something else.</summary>
    public static JsonObject? Read(JsonObject? snapshot)
    {
        try
        {
            return snapshot.Text("metadata", "annotations", Annotation) is { } text && JsonNode.Parse(text) is JsonObject stored
                && stored.At("metadata", "annotations") is JsonObject && stored.At("spec") is JsonObject && stored.Text("metadata", "name") == snapshot.Text("spec", "source", "persistentVolumeClaimName")
                ? stored
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The claim to create, with the content of the snapshot.</summary>
    public static KubernetesObject From(JsonObject stored, string snapshot)
    {
        var json = (JsonObject)stored.DeepClone();
        json["metadata"]!["annotations"]![RestoredAnnotation] = snapshot;
        json["spec"]!["dataSource"] = new JsonObject { ["apiGroup"] = VolumeSnapshots.Group, ["kind"] = VolumeSnapshots.Kind, ["name"] = snapshot };
        return new KubernetesObject(json);
    }

    private static JsonObject Others(JsonNode? values, JsonNode? applied) => new((values as JsonObject ?? [])
        .Where(value => applied.At($"f:{value.Key}") is null && value.Key != RestoredAnnotation && !OfTheVolume.Any(prefix => value.Key.StartsWith(prefix, StringComparison.Ordinal)))
        .Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone())));
}
