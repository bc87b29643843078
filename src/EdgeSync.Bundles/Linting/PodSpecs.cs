using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>Finds the pod specification in the workloads of Kubernetes itself.</summary>
internal static class PodSpecs
{
    private static readonly string[] ContainerLists = ["initContainers", "containers"];

    /// <summary>The specification and its JSON pointer; null for an object that makes no pods.</summary>
    public static (JsonObject Spec, string Pointer)? Find(KubernetesObject item)
    {
        var pointer = item.Id.GroupKind switch
        {
            "Pod" => "/spec",
            "PodTemplate" => "/template/spec",
            "Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" or "ReplicaSet.apps" or "Job.batch" or "ReplicationController" => "/spec/template/spec",
            "CronJob.batch" => "/spec/jobTemplate/spec/template/spec",
            _ => null,
        };
        return pointer is not null && ((JsonNode)item.Json).At(pointer[1..].Split('/')) is JsonObject spec ? (spec, pointer) : null;
    }

    /// <summary>Its containers, with the init containers.</summary>
    public static IEnumerable<(JsonObject Item, string Pointer)> Containers(JsonObject spec, string pointer) =>
        ContainerLists.SelectMany(list => spec.Items(list, pointer));
}
