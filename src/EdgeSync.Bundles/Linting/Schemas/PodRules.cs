using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>What a server checks between the parts of a pod: names of containers and ports, mounts of volumes, when to restart.</summary>
internal static class PodRules
{
    private static readonly string[] ContainerLists = ["initContainers", "containers"];

    /// <summary>What is wrong in a pod's specification, with the pointer below it. The root is the whole object.</summary>
    public static IEnumerable<(string Rule, string Field, string Message)> Check(JsonObject spec, JsonObject root)
    {
        var kind = root.Text("kind");
        var policy = spec.Text("restartPolicy");
        if (kind is "Job" or "CronJob" ? policy is null or "" or "Always" : kind is not ("Pod" or "PodTemplate") && policy is "Never" or "OnFailure")
        {
            yield return policy is null or "" ? (LintRules.FieldMissing, "/restartPolicy", $"is missing; a {kind} needs OnFailure or Never")
                : (LintRules.FieldValue, "/restartPolicy", $"is '{policy}'; a {kind} takes {(kind is "Job" or "CronJob" ? "OnFailure or Never" : "Always only")}");
        }

        var volumes = spec.Objects("volumes").Concat(kind == "StatefulSet" ? root.Objects("spec", "volumeClaimTemplates").Select(claim => claim["metadata"]).OfType<JsonObject>() : [])
            .Select(volume => volume.Text("name")).ToHashSet();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in ContainerLists)
        {
            foreach (var (container, at) in ((JsonNode)spec).Items(list, ""))
            {
                // Two of one list are found by the list's key.
                if (container.Text("name") is { Length: > 0 } name && !names.Add(name) && list == "containers" && spec.Objects("initContainers").Any(other => other.Text("name") == name))
                {
                    yield return (LintRules.ListDuplicate, at, $"has the name of an init container, {name}");
                }

                foreach (var (mount, where) in container.Items("volumeMounts", at))
                {
                    if (mount.Text("name") is { Length: > 0 } volume && !volumes.Contains(volume))
                    {
                        yield return (LintRules.FieldValue, $"{where}/name", $"is '{ScalarChecks.Shorten(volume)}', and the pod has no volume of that name");
                    }
                }

                var ports = new HashSet<string>(StringComparer.Ordinal);
                foreach (var (port, where) in container.Items("ports", at))
                {
                    if (port.Text("name") is { Length: > 0 } portName && !ports.Add(portName))
                    {
                        yield return (LintRules.ListDuplicate, $"{where}/name", $"is '{portName}', as that of another port of the container");
                    }
                }
            }
        }
    }
}
