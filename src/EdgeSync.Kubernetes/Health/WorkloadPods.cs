using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Finds the pods of a workload, those of its newest template only. Where several workloads of a namespace are looked at, they share one list of its pods.
/// </summary>
/// <param name="reader">What the round reads.</param>
/// <param name="shared">The namespaces in which several workloads are looked at.</param>
internal sealed class WorkloadPods(LiveReader reader, IReadOnlySet<string> shared)
{
    /// <summary>Whether objects of this kind run pods that this class can find.</summary>
    public static bool MayHave(ObjectId id) => id.GroupKind == "Pod" || id.Group is "apps" or "batch";

    /// <summary>The workload's pods that are not on their way out; the pod itself where the workload is one.</summary>
    public async Task<IReadOnlyList<JsonObject>> FindAsync(JsonObject live, CancellationToken cancellationToken)
    {
        var id = new KubernetesObject(live).Id;
        if (id.GroupKind == "Pod")
        {
            return [live];
        }

        // Until its controller has seen the template, the newest pods are those of the one before.
        if (HealthRules.IsUnseen(live) || id.Namespace is not { } place || !MayHave(id)
            || live.At("spec", "selector", "matchLabels") is not JsonObject { Count: > 0 } matchLabels)
        {
            return [];
        }

        var labels = matchLabels.Select(label => (label.Key, Value: matchLabels.Text(label.Key) ?? "")).ToList();
        if (await RevisionAsync(live, id, labels, cancellationToken) is { } revision)
        {
            labels.Add(revision);
        }

        var pods = await ListAsync("v1", "Pod", place, labels, metadataOnly: false, cancellationToken);
        return [.. pods.Where(pod => pod.At("metadata", "deletionTimestamp") is null)];
    }

    private async Task<IEnumerable<JsonObject>> ListAsync(
        string apiVersion, string kind, string place, List<(string Key, string Value)> labels, bool metadataOnly, CancellationToken cancellationToken)
    {
        var selection = new ListSelection
        {
            Namespace = place,
            LabelSelector = shared.Contains(place) ? null : string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")),
            MetadataOnly = metadataOnly,
        };
        var items = await reader.ListAsync(apiVersion, kind, selection, cancellationToken);
        return items.Where(item => labels.TrueForAll(label => item.Text("metadata", "labels", label.Key) == label.Value));
    }

    private async Task<(string Key, string Value)?> RevisionAsync(
        JsonObject live, ObjectId id, List<(string Key, string Value)> labels, CancellationToken cancellationToken) => id.Kind switch
    {
        "StatefulSet" when live.Text("status", "updateRevision") is { } revision => ("controller-revision-hash", revision),
        "DaemonSet" when live.Text("metadata", "annotations", "deprecated.daemonset.template.generation") is { } generation => ("pod-template-generation", generation),
        "Deployment" when await NewestSetAsync(live, id, labels, cancellationToken) is { } hash => ("pod-template-hash", hash),
        _ => null,
    };

    // By the sets' own revisions: the Deployment's annotation is written after them.
    private async Task<string?> NewestSetAsync(JsonObject live, ObjectId id, List<(string Key, string Value)> labels, CancellationToken cancellationToken)
    {
        var sets = await ListAsync("apps/v1", "ReplicaSet", id.Namespace!, labels, metadataOnly: true, cancellationToken);
        var newest = sets
            .Where(set => set.Objects("metadata", "ownerReferences").Any(owner => owner.Text("uid") == live.Text("metadata", "uid")))
            .MaxBy(Revision);
        return newest.Text("metadata", "labels", "pod-template-hash");
    }

    private static long Revision(JsonObject set) =>
        long.TryParse(set.Text("metadata", "annotations", "deployment.kubernetes.io/revision"), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;
}
