using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Looks at the pods of a workload that is not done, those of its newest template only: old ones may be broken and are going.</summary>
internal sealed class PodInspector(KubernetesClient client, int restarts)
{
    public async Task<string?> FindFailureAsync(JsonObject live, CancellationToken cancellationToken)
    {
        var id = new KubernetesObject(live).Id;
        if (id.GroupKind == "Pod")
        {
            return PodFailures.Find(live, restarts);
        }

        // Until its controller has seen the template, the newest pods are those of the one before.
        if (HealthRules.IsUnseen(live))
        {
            return null;
        }

        if (id.Namespace is not { } place || live.At("spec", "selector", "matchLabels") is not JsonObject { Count: > 0 } labels
            || id.Group is not ("apps" or "batch") || await client.FindTypeAsync("v1", "Pod", cancellationToken) is not { } pods)
        {
            return null;
        }

        var selector = string.Join(',', labels.Select(label => $"{label.Key}={labels.Text(label.Key)}"));
        if (await RevisionAsync(live, id, selector, cancellationToken) is { } revision)
        {
            selector += "," + revision;
        }

        var list = await client.ListAsync(pods, new ListSelection { Namespace = place, LabelSelector = selector }, cancellationToken);
        return list.Items
            .Where(pod => pod.At("metadata", "deletionTimestamp") is null)
            .Select(pod => PodFailures.Find(pod, restarts) is { } failure ? $"pod {pod.Text("metadata", "name")}: {failure}" : null)
            .FirstOrDefault(failure => failure is not null);
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
