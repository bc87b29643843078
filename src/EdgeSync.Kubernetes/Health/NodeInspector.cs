using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Runtime;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Finds out whether it is the site's nodes that keep pods from running: no node is ready, all are cordoned, have had too little disk, memory or process ids since
/// before the pods came, or the container runtime cannot start a pod. A release cannot mend that, and neither can a rollback.
/// </summary>
internal sealed class NodeInspector(LiveReader reader)
{
    private static readonly string[] Pressures = ["DiskPressure", "MemoryPressure", "PIDPressure", "NetworkUnavailable"];

    /// <summary>Why nodes or their runtime keep one of these pods from running, as the reason code and in words; null where nothing is known.</summary>
    public async Task<(string Reason, string Message)?> FindAsync(IEnumerable<JsonObject> pods, CancellationToken cancellationToken)
    {
        var waiting = pods.Where(pod => HealthRules.Condition(pod, "Ready").Text("status") != "True").ToList();
        try
        {
            return waiting.Count == 0 ? null
                : FindNodes(waiting, await reader.ListAsync("v1", "Node", new ListSelection(), cancellationToken)) is { } nodes ? (ApiReasons.NodeNotReady, nodes)
                : await FindRuntimeAsync(waiting, cancellationToken) is { } runtime ? (ContainerRuntimeException.RuntimeUnavailable, runtime)
                : null;
        }
        catch (KubernetesApiException)
        {
            // The agent may not read nodes or events: then the deadline decides, as without them.
            return null;
        }
    }

    private static string? FindNodes(IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> nodes)
    {
        foreach (var pod in pods)
        {
            var places = nodes.Where(node => MayRun(pod, node)).ToList();
            var troubles = places.Select(node => FindTrouble(node, pod)).OfType<string>().ToList();
            if (places.Count > 0 && troubles.Count == places.Count)
            {
                return $"no node can run the pod {pod.Text("metadata", "name")}: {string.Join("; ", troubles)}";
            }
        }

        return nodes.Count == 0 && pods.Any(IsUnseen) ? "the cluster has no node" : null;
    }

    // No kubelet has taken it.
    private static bool IsUnseen(JsonObject pod) => pod.Text("spec", "nodeName") is null && !pod.Objects("status", "containerStatuses").Any();

    private static bool MayRun(JsonObject pod, JsonObject node) => pod.Text("spec", "nodeName") is { } name
        ? node.Text("metadata", "name") == name
        : (pod.At("spec", "nodeSelector") as JsonObject ?? []).All(label => JsonNode.DeepEquals(node.At("metadata", "labels", label.Key), label.Value));

    private static string? FindTrouble(JsonObject node, JsonObject pod)
    {
        var name = node.Text("metadata", "name");
        if (HealthRules.Condition(node, "Ready") is var ready && ready.Text("status") != "True")
        {
            return $"node {name} is not ready ({ready.Text("message") ?? "it does not report"})";
        }

        if (node.IsTrue("spec", "unschedulable") && pod.Text("spec", "nodeName") is null)
        {
            return $"node {name} is cordoned";
        }

        // A release that uses up the memory or the disk itself must fail: only what lasts since before its pods is the site's.
        return Pressures.FirstOrDefault(pressure => HealthRules.Condition(node, pressure) is { } condition && condition.Text("status") == "True"
            && string.CompareOrdinal(condition.Text("lastTransitionTime"), pod.Text("metadata", "creationTimestamp")) < 0) is { } found
            ? $"node {name} has {found}"
            : null;
    }

    // Only of a pod none of whose containers has been made yet: its events of earlier times may still be there.
    private async Task<string?> FindRuntimeAsync(IReadOnlyList<JsonObject> pods, CancellationToken cancellationToken)
    {
        if (pods.FirstOrDefault(IsBeingCreated) is not { } pod)
        {
            return null;
        }

        var selection = new ListSelection
        {
            Namespace = pod.Text("metadata", "namespace"),
            FieldSelector = $"involvedObject.uid={pod.Text("metadata", "uid")}",
        };
        var newest = (await reader.ListAsync("v1", "Event", selection, cancellationToken)).MaxBy(ClusterEvents.LastSeen, StringComparer.Ordinal);
        return newest.Text("reason") == "FailedCreatePodSandBox"
            ? $"the container runtime cannot start the pod {pod.Text("metadata", "name")}: {newest.Text("message")}"
            : null;
    }

    private static bool IsBeingCreated(JsonObject pod) =>
        pod.Objects("status", "containerStatuses").ToList() is { Count: > 0 } containers
        && containers.TrueForAll(container => container.Text("state", "waiting", "reason") is "ContainerCreating" or "PodInitializing");
}
