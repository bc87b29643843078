using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Writes out the protocol of ports. It is a part of the key by which server-side apply merges them, and older API servers refuse a port
/// without it ("omits key field protocol"), although every other client lets the server fill it in.
/// </summary>
internal static class NativeDefaults
{
    private static readonly string[] ContainerLists = ["containers", "initContainers"];

    public static void Complete(KubernetesObject item)
    {
        switch (item.Id.GroupKind)
        {
            case "Service":
                CompletePorts(item.Json.Objects("spec", "ports"));
                break;
            case "Pod":
                CompletePod(item.Json["spec"]);
                break;
            case "ReplicationController" or "Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" or "ReplicaSet.apps" or "Job.batch":
                CompletePod(item.Json.At("spec", "template", "spec"));
                break;
            case "CronJob.batch":
                CompletePod(item.Json.At("spec", "jobTemplate", "spec", "template", "spec"));
                break;
            case "PodTemplate":
                CompletePod(item.Json.At("template", "spec"));
                break;
        }
    }

    private static void CompletePod(JsonNode? pod)
    {
        foreach (var container in ContainerLists.SelectMany(list => pod.Objects(list)))
        {
            CompletePorts(container.Objects("ports"));
        }
    }

    private static void CompletePorts(IEnumerable<JsonObject> ports)
    {
        foreach (var port in ports)
        {
            port["protocol"] ??= "TCP";
        }
    }
}
