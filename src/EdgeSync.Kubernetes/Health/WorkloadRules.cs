using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>When the kinds that run pods are done rolling out.</summary>
internal static class WorkloadRules
{
    public static (HealthState State, string Message) Deployment(JsonObject live)
    {
        if (HealthRules.Condition(live, "Progressing") is { } progress && progress.Text("reason") == "ProgressDeadlineExceeded")
        {
            return HealthRules.Broken($"the rollout exceeded its progress deadline: {progress.Text("message")}");
        }

        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        long wanted = live.Number("spec", "replicas") ?? 1, updated = Count(live, "updatedReplicas");
        return First(
            (updated < wanted, $"{updated} of {wanted} pods are updated"),
            (Count(live, "replicas") > updated, $"{Count(live, "replicas") - updated} old pods are still there"),
            (Count(live, "availableReplicas") < updated, $"{Count(live, "availableReplicas")} of {updated} pods are available"),
            (Count(live, "readyReplicas") < wanted, $"{Count(live, "readyReplicas")} of {wanted} pods are ready"));
    }

    public static (HealthState State, string Message) StatefulSet(JsonObject live)
    {
        if (live.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return HealthRules.Current;
        }

        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        long wanted = live.Number("spec", "replicas") ?? 1, ready = Count(live, "readyReplicas");
        var partition = live.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
        var toUpdate = Math.Max(0, wanted - partition);
        return First(
            (Count(live, "replicas") != wanted, $"{Count(live, "replicas")} of {wanted} pods exist"),
            (ready < wanted, $"{ready} of {wanted} pods are ready"),
            (partition > 0 && Count(live, "updatedReplicas") < toUpdate, $"{Count(live, "updatedReplicas")} of {toUpdate} pods are updated"),
            (partition == 0 && live.Text("status", "currentRevision") != live.Text("status", "updateRevision"), "the update is not complete"));
    }

    public static (HealthState State, string Message) DaemonSet(JsonObject live)
    {
        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        var wanted = Count(live, "desiredNumberScheduled");
        var isOnDelete = live.Text("spec", "updateStrategy", "type") == "OnDelete";
        return First(
            (Count(live, "currentNumberScheduled") < wanted, $"{Count(live, "currentNumberScheduled")} of {wanted} pods are scheduled"),
            (!isOnDelete && Count(live, "updatedNumberScheduled") < wanted, $"{Count(live, "updatedNumberScheduled")} of {wanted} pods are updated"),
            (Count(live, "numberAvailable") < wanted, $"{Count(live, "numberAvailable")} of {wanted} pods are available"),
            (Count(live, "numberReady") < wanted, $"{Count(live, "numberReady")} of {wanted} pods are ready"));
    }

    public static (HealthState State, string Message) ReplicaSet(JsonObject live)
    {
        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        var wanted = live.Number("spec", "replicas") ?? 1;
        return First(
            (HealthRules.Has(live, "ReplicaFailure"), "pods cannot be created"),
            (Count(live, "replicas") != wanted, $"{Count(live, "replicas")} of {wanted} pods exist"),
            (Count(live, "availableReplicas") < wanted, $"{Count(live, "availableReplicas")} of {wanted} pods are available"));
    }

    private static long Count(JsonObject live, string member) => live.Number("status", member) ?? 0;

    private static (HealthState State, string Message) First(params ReadOnlySpan<(bool IsMissing, string Message)> rules)
    {
        foreach (var (isMissing, message) in rules)
        {
            if (isMissing)
            {
                return HealthRules.Pending(message);
            }
        }

        return HealthRules.Current;
    }
}
