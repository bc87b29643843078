using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// The JSON patch that gives a live object the content that the bundle says and no other, except what the cluster itself fills in. By dry run it
/// shows what nobody would miss (<see cref="LiveInspection"/>). It is written where server-side apply cannot lead to a valid object, because it only
/// merges: a probe that was changed from httpGet to exec keeps the server's default for httpGet, and may have only one of them.
/// </summary>
internal static class Replacement
{
    private static readonly string[] Kept = ["apiVersion", "kind", "metadata", "status"];

    /// <summary>The operations; none for a kind whose content is the cluster's after its creation (Pod, Job).</summary>
    public static JsonArray PatchFor(JsonObject live, KubernetesObject desired)
    {
        var operations = new JsonArray();
        if (desired.Id.GroupKind is "Pod" or "Job.batch")
        {
            return operations;
        }

        var content = (JsonObject)IgnoredFields.AsLive(desired, live).Json.DeepClone();
        foreach (var path in FilledByCluster(desired))
        {
            Keep(live, content, path);
        }

        foreach (var (member, value) in content.Where(member => !Kept.Contains(member.Key)))
        {
            operations.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = $"/{PositionMap.Escape(member)}", ["value"] = value?.DeepClone() });
        }

        foreach (var member in live.Select(member => member.Key).Where(member => !Kept.Contains(member) && !content.ContainsKey(member)))
        {
            operations.Add((JsonNode)new JsonObject { ["op"] = "remove", ["path"] = $"/{PositionMap.Escape(member)}" });
        }

        return operations;
    }

    /// <summary>The JSON patch that takes one entry out of <c>metadata.managedFields</c>, if it still is this manager's.</summary>
    public static JsonArray WithoutEntry(int index, string manager) => new(
        new JsonObject { ["op"] = "test", ["path"] = $"/metadata/managedFields/{index}/manager", ["value"] = manager },
        new JsonObject { ["op"] = "test", ["path"] = $"/metadata/managedFields/{index}/operation", ["value"] = "Update" },
        new JsonObject { ["op"] = "remove", ["path"] = $"/metadata/managedFields/{index}" });

    // Server and controllers decide these where the manifest leaves them open; their values differ from site to site.
    private static string[][] FilledByCluster(KubernetesObject desired) => desired.Id.GroupKind switch
    {
        "StatefulSet.apps" => [["spec", "replicas"], ["spec", "updateStrategy", "rollingUpdate"]],
        "Deployment.apps" or "ReplicaSet.apps" or "ReplicationController" => [["spec", "replicas"]],
        "Service" =>
        [
            ["spec", "clusterIP"], ["spec", "clusterIPs"], ["spec", "ipFamily"], ["spec", "ipFamilies"], ["spec", "ipFamilyPolicy"],
            ["spec", "healthCheckNodePort"], ["spec", "ports", "nodePort"],
        ],
        "ServiceAccount" => [["secrets"], ["imagePullSecrets"]],
        "Namespace" => [["spec"]],
        "PersistentVolume" => [["spec", "claimRef"]],
        "PersistentVolumeClaim" =>
            [["spec", "volumeName"], ["spec", "storageClassName"], ["spec", "volumeMode"], ["spec", "dataSource"], ["spec", "dataSourceRef"]],
        "Ingress.networking.k8s.io" => [["spec", "ingressClassName"]],
        "ClusterRole.rbac.authorization.k8s.io" when desired.Json["aggregationRule"] is JsonObject => [["rules"]],
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io" or "MutatingWebhookConfiguration.admissionregistration.k8s.io" =>
            [["webhooks", "clientConfig", "caBundle"]],
        "CustomResourceDefinition.apiextensions.k8s.io" =>
            [["spec", "conversion", "webhook", "clientConfig", "caBundle"], ["spec", "conversion", "webhookClientConfig", "caBundle"]],
        "APIService.apiregistration.k8s.io" => [["spec", "caBundle"]],
        _ => [],
    };

    private static void Keep(JsonNode? live, JsonNode? content, ReadOnlySpan<string> path)
    {
        if (live is JsonArray before && content is JsonArray after)
        {
            foreach (var item in after)
            {
                Keep(before.FirstOrDefault(other => KeyOf(other) == KeyOf(item)), item, path);
            }
        }
        else if (live is JsonObject from && content is JsonObject to && from[path[0]] is { } value)
        {
            if (path.Length > 1)
            {
                Keep(value, to[path[0]], path[1..]);
            }
            else if (!to.ContainsKey(path[0]))
            {
                to[path[0]] = value.DeepClone();
            }
        }
    }

    private static string KeyOf(JsonNode? item) => $"{item.Text("name")} {item.Number("port")} {item.Text("protocol")}";
}
