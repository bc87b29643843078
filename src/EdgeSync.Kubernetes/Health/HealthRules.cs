using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Judges a live object by its own status, with the rules of kstatus (sigs.k8s.io/cli-utils): what its controller has not yet seen is in progress,
/// then the kind's own rule, and for kinds without one the standard conditions Ready, Reconciling and Stalled.
/// </summary>
public static class HealthRules
{
    /// <summary>Judges a live object, as the API server returned it. Pure.</summary>
    public static HealthVerdict Judge(JsonObject live)
    {
        ArgumentNullException.ThrowIfNull(live);
        if (live.At("metadata", "deletionTimestamp") is not null)
        {
            return new HealthVerdict(HealthStatus.Terminating, "it is being deleted");
        }

        var kind = GroupKind(live);
        var generation = live.Number("metadata", "generation");
        var observed = live.Number("status", "observedGeneration");
        if (observed is not null && generation is not null && observed < generation)
        {
            return HealthVerdict.InProgress("its controller has not seen the newest change");
        }

        return kind switch
        {
            "Deployment.apps" => WorkloadRules.Deployment(live),
            "StatefulSet.apps" => WorkloadRules.StatefulSet(live),
            "DaemonSet.apps" => WorkloadRules.DaemonSet(live),
            "ReplicaSet.apps" => WorkloadRules.ReplicaSet(live),
            "Job.batch" => WorkloadRules.Job(live),
            "Pod" => PodRules.Judge(live),
            "PersistentVolumeClaim" => PhaseIs(live, "Bound", "it is not bound to a volume"),
            "Namespace" => PhaseIs(live, "Active", "it is not active"),
            "Service" => Service(live),
            "PodDisruptionBudget.policy" => observed is null ? HealthVerdict.InProgress("its controller has not seen it") : HealthVerdict.Current,
            "CustomResourceDefinition.apiextensions.k8s.io" => Definition(live),
            _ => Conditions(live),
        };
    }

    private static string GroupKind(JsonObject live)
    {
        var version = live.Text("apiVersion") ?? "";
        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? live.Text("kind") ?? "" : $"{live.Text("kind")}.{version[..slash]}";
    }

    private static HealthVerdict PhaseIs(JsonObject live, string wanted, string otherwise) =>
        live.Text("status", "phase") == wanted ? HealthVerdict.Current : HealthVerdict.InProgress(otherwise);

    private static HealthVerdict Service(JsonObject live) =>
        live.Text("spec", "type") == "LoadBalancer" && !live.Objects("status", "loadBalancer", "ingress").Any()
            ? HealthVerdict.InProgress("it has no load balancer address")
            : HealthVerdict.Current;

    private static HealthVerdict Definition(JsonObject live)
    {
        if (ConditionList.Find(live, "NamesAccepted") is { Status: "False" } names)
        {
            return HealthVerdict.Failed($"its names are not accepted: {names.Message}");
        }

        return ConditionList.Find(live, "Established") is { Status: "True" } ? HealthVerdict.Current : HealthVerdict.InProgress("it is not established");
    }

    private static HealthVerdict Conditions(JsonObject live)
    {
        if (ConditionList.Find(live, "Stalled") is { Status: "True" } stalled)
        {
            return HealthVerdict.Failed(stalled.Message);
        }

        if (ConditionList.Find(live, "Reconciling") is { Status: "True" } reconciling)
        {
            return HealthVerdict.InProgress(reconciling.Message);
        }

        return ConditionList.Find(live, "Ready") is { Status: not "True" } ready ? HealthVerdict.InProgress($"it is not ready: {ready.Message}") : HealthVerdict.Current;
    }
}
