using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>Finds the pod specification in the workloads of Kubernetes itself.</summary>
public static class PodSpecs
{
    private static readonly string[] ContainerLists = ["initContainers", "containers"];

    /// <summary>The specification and its JSON pointer; null for an object that makes no pods.</summary>
    public static (JsonObject Spec, string Pointer)? Find(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
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
    internal static IEnumerable<(JsonObject Item, string Pointer)> Containers(JsonObject spec, string pointer) =>
        ContainerLists.SelectMany(list => spec.Items(list, pointer));

    /// <summary>What the pods name, each with its JSON pointer, and whether they start without it.</summary>
    internal static IEnumerable<(string Kind, string? Name, string Pointer, bool IsOptional)> References(JsonObject spec, string pointer)
    {
        yield return ("ServiceAccount", spec.Text("serviceAccountName"), $"{pointer}/serviceAccountName", false);
        foreach (var found in spec.Items("volumes", pointer).SelectMany(volume => OfVolume(volume.Item, volume.Pointer)))
        {
            yield return found;
        }

        foreach (var (container, at) in Containers(spec, pointer))
        {
            foreach (var (source, where) in container.Items("envFrom", at))
            {
                yield return Of("ConfigMap", source, where, "name", "configMapRef");
                yield return Of("Secret", source, where, "name", "secretRef");
            }

            foreach (var (variable, where) in container.Items("env", at))
            {
                yield return Of("ConfigMap", variable, where, "name", "valueFrom", "configMapKeyRef");
                yield return Of("Secret", variable, where, "name", "valueFrom", "secretKeyRef");
            }
        }
    }

    private static IEnumerable<(string Kind, string? Name, string Pointer, bool IsOptional)> OfVolume(JsonObject volume, string pointer)
    {
        yield return Of("ConfigMap", volume, pointer, "name", "configMap");
        yield return Of("Secret", volume, pointer, "secretName", "secret");
        yield return ("PersistentVolumeClaim", volume.Text("persistentVolumeClaim", "claimName"), $"{pointer}/persistentVolumeClaim/claimName", false);
        foreach (var (source, at) in volume.At("projected").Items("sources", $"{pointer}/projected"))
        {
            yield return Of("ConfigMap", source, at, "name", "configMap");
            yield return Of("Secret", source, at, "name", "secret");
        }
    }

    private static (string Kind, string? Name, string Pointer, bool IsOptional) Of(string kind, JsonObject item, string pointer, string nameKey, params ReadOnlySpan<string> path)
    {
        var source = item.At(path);
        return (kind, source.Text(nameKey), $"{pointer}/{string.Join("/", path.ToArray())}/{nameKey}", source.IsTrue("optional"));
    }
}
