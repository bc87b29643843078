using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>The node is ready, lacks nothing, and takes the bundles' pods.</summary>
internal sealed class NodeCheck(IClusterLook cluster) : ISiteCheck
{
    private static readonly string[] Pressures = ["DiskPressure", "MemoryPressure", "PIDPressure", "NetworkUnavailable"];

    public string Name => "node";

    public string Why => "A node that is short of something evicts pods, and one with a taint does not start them again.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var nodes = await cluster.ListAsync("v1", "Node", inNamespace: null, cancellationToken);
        if (nodes.Count == 0)
        {
            return CheckFinding.Failed("the cluster has no node", "'systemctl status k3s' says why.");
        }

        var faults = nodes.SelectMany(Faults).ToList();
        var healthy = nodes.Where(node => !Faults(node).Any()).ToList();
        if (healthy.Count == 0)
        {
            return CheckFinding.Failed(string.Join("; ", faults), "'kubectl describe node' says more.") with { Details = faults };
        }

        var homeless = context.Bundles.SelectMany(bundle => bundle.Content?.Objects ?? []).Select(item => FindObstacle(item, healthy)).OfType<string>().Distinct().ToList();
        return homeless.Count > 0
            ? CheckFinding.Failed(string.Join("; ", homeless), "Remove the taint ('kubectl taint node NAME KEY-'), or give the pods a toleration.") with { Details = [.. faults, .. homeless] }
            : faults.Count > 0
                ? CheckFinding.Warned($"{healthy.Count} of {nodes.Count} nodes are ready: {string.Join("; ", faults)}", "'kubectl describe node' says more.") with { Details = faults }
                : CheckFinding.Passed($"{(nodes.Count == 1 ? $"node {NameOf(nodes[0])} is" : $"all {nodes.Count} nodes are")} ready, with disk, memory and process ids");
    }

    private static IEnumerable<string> Faults(JsonObject node)
    {
        var conditions = node.Objects("status", "conditions").ToDictionary(condition => condition.Text("type") ?? "", StringComparer.Ordinal);
        if (conditions.GetValueOrDefault("Ready") is var ready && ready.Text("status") != "True")
        {
            yield return $"node {NameOf(node)} is not ready ({ready.Text("message") ?? "it does not report"})";
        }

        foreach (var pressure in Pressures.Where(type => conditions.GetValueOrDefault(type).Text("status") == "True"))
        {
            yield return $"node {NameOf(node)} has {pressure} ({conditions[pressure].Text("message") ?? "no message"})";
        }

        if (node.IsTrue("spec", "unschedulable"))
        {
            yield return $"node {NameOf(node)} is cordoned ('kubectl uncordon {NameOf(node)}')";
        }
    }

    // Why no node takes this object's pods, or null.
    private static string? FindObstacle(KubernetesObject item, IReadOnlyList<JsonObject> nodes)
    {
        if (PodSpecs.Find(item) is not var (pod, _))
        {
            return null;
        }

        var places = nodes.Where(node => IsSelected(pod, node)).ToList();
        if (places.Count == 0)
        {
            return $"no ready node has the labels that the pods of {item.Id} select";
        }

        var taints = places.Select(node => node.Objects("spec", "taints").FirstOrDefault(taint => Repels(taint) && !pod.Objects("tolerations").Any(toleration => Tolerates(toleration, taint)))).ToList();
        return taints.Contains(null)
            ? null
            : $"no node takes the pods of {item.Id}: node {NameOf(places[0])} has the taint {taints[0].Text("key")}:{taints[0].Text("effect")}";
    }

    private static bool IsSelected(JsonObject pod, JsonObject node) =>
        (pod.At("nodeSelector") as JsonObject ?? []).All(label => JsonNode.DeepEquals(node.At("metadata", "labels", label.Key), label.Value));

    private static bool Repels(JsonObject taint) => taint.Text("effect") is "NoSchedule" or "NoExecute";

    // https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    private static bool Tolerates(JsonObject toleration, JsonObject taint) =>
        (toleration.Text("effect") is not { Length: > 0 } effect || effect == taint.Text("effect"))
        && (toleration.Text("operator") == "Exists"
            ? toleration.Text("key") is not { Length: > 0 } any || any == taint.Text("key")
            : toleration.Text("key") == taint.Text("key") && (toleration.Text("value") ?? "") == (taint.Text("value") ?? ""));

    private static string NameOf(JsonObject node) => node.Text("metadata", "name") ?? "?";
}
