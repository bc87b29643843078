using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Looks at the pods of a workload that is not done, those of its newest template only: old ones may be broken and are going. Where the author of the workload
/// said how long it may take or how often it may fail, its controller decides when it has failed, and not the state of one pod.
/// </summary>
internal sealed class PodInspector(KubernetesClient client, int restarts)
{
    /// <summary>The health of a workload that is in progress: failed, or still in progress with what its pods wait for.</summary>
    public async Task<ObjectHealth> InspectAsync(JsonObject live, ObjectHealth health, CancellationToken cancellationToken)
    {
        var patience = PatienceOf(live, health.Id);
        var pods = await FindPodsAsync(live, cancellationToken);
        return FirstOf(pods, pod => PodFailures.Find(pod, patience.Restarts, patience.ForgivesPulls)) is { } failure
                ? health with { State = HealthState.Failed, Message = failure }
            : FirstOf(pods, PodFailures.FindTrouble) is { } trouble ? health with { Message = $"{health.Message}; {trouble}" }
            : health;

        string? FirstOf(IEnumerable<JsonObject> list, Func<JsonObject, string?> find) => list
            .Select(pod => find(pod) is not { } words ? null : health.Id.GroupKind == "Pod" ? words : $"pod {pod.Text("metadata", "name")}: {words}")
            .FirstOrDefault(words => words is not null);
    }

    // A number of restarts that is not there: no crash loop is a failure before the controller says so.
    private (int? Restarts, bool ForgivesPulls) PatienceOf(JsonObject live, ObjectId id) => id.GroupKind switch
    {
        // The controller counts against backoffLimit, knows podFailurePolicy, and writes the condition Failed.
        "Job.batch" => (null, live.Number("spec", "activeDeadlineSeconds") is not null),
        "Deployment.apps" when SaysProgressDeadline(live) => (null, true),
        "Pod" when live.Text("spec", "restartPolicy") is "OnFailure" or "Never" => (null, live.Number("spec", "activeDeadlineSeconds") is not null),
        _ => (restarts, false),
    };

    // The API server fills in 600 s where the author said nothing.
    private static bool SaysProgressDeadline(JsonObject live) => live.Objects("metadata", "managedFields").Any(entry =>
        entry.Text("operation") == "Apply" && entry.At("fieldsV1", "f:spec", "f:progressDeadlineSeconds") is not null);

    private async Task<IReadOnlyList<JsonObject>> FindPodsAsync(JsonObject live, CancellationToken cancellationToken)
    {
        var id = new KubernetesObject(live).Id;
        if (id.GroupKind == "Pod")
        {
            return [live];
        }

        // Until its controller has seen the template, the newest pods are those of the one before.
        if (HealthRules.IsUnseen(live)
            || id.Namespace is not { } place || live.At("spec", "selector", "matchLabels") is not JsonObject { Count: > 0 } labels
            || id.Group is not ("apps" or "batch") || await client.FindTypeAsync("v1", "Pod", cancellationToken) is not { } pods)
        {
            return [];
        }

        var selector = string.Join(',', labels.Select(label => $"{label.Key}={labels.Text(label.Key)}"));
        if (await RevisionAsync(live, id, selector, cancellationToken) is { } revision)
        {
            selector += "," + revision;
        }

        var list = await client.ListAsync(pods, new ListSelection { Namespace = place, LabelSelector = selector }, cancellationToken);
        return [.. list.Items.Where(pod => pod.At("metadata", "deletionTimestamp") is null)];
    }

    private async Task<string?> RevisionAsync(JsonObject live, ObjectId id, string selector, CancellationToken cancellationToken) => id.Kind switch
    {
        "StatefulSet" when live.Text("status", "updateRevision") is { } revision => $"controller-revision-hash={revision}",
        "DaemonSet" when live.Text("metadata", "annotations", "deprecated.daemonset.template.generation") is { } generation =>
            $"pod-template-generation={generation}",
        "Deployment" => await NewestReplicaSetAsync(live, id, selector, cancellationToken),
        _ => null,
    };

    // By the sets' own revisions: the Deployment's annotation is written after them.
    private async Task<string?> NewestReplicaSetAsync(JsonObject live, ObjectId id, string selector, CancellationToken cancellationToken)
    {
        if (await client.FindTypeAsync("apps/v1", "ReplicaSet", cancellationToken) is not { } type)
        {
            return null;
        }

        var sets = await client.ListAsync(
            type, new ListSelection { Namespace = id.Namespace, LabelSelector = selector, MetadataOnly = true }, cancellationToken);
        var newest = sets.Items
            .Where(set => set.Objects("metadata", "ownerReferences").Any(owner => owner.Text("uid") == live.Text("metadata", "uid")))
            .MaxBy(Revision);
        return newest.Text("metadata", "labels", "pod-template-hash") is { } hash ? $"pod-template-hash={hash}" : null;
    }

    private static long Revision(JsonObject set) =>
        long.TryParse(set.Text("metadata", "annotations", "deployment.kubernetes.io/revision"), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;
}
