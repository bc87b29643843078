using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>When the kinds that run pods are done rolling out.</summary>
internal static class WorkloadRules
{
    public static (HealthState State, string Message) Deployment(JsonObject live)
    {
        long wanted = live.Number("spec", "replicas") ?? 1, updated = Count(live, "updatedReplicas");
        var isPaused = live.IsTrue("spec", "paused");
        if (isPaused && updated < wanted && live.Number("status", "observedGeneration") is not null)
        {
            return HealthRules.HeldBack($"it is paused, so that its pods are not rolled out ({updated} of {wanted} pods are updated)");
        }

        if (HealthRules.Condition(live, "Progressing") is { } progress && progress.Text("reason") == "ProgressDeadlineExceeded")
        {
            return HealthRules.Broken($"the rollout exceeded its progress deadline: {progress.Text("message")}");
        }

        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        return First(
            isPaused ? "it is paused, so that changes of its pods are not rolled out" : null,
            (updated < wanted, $"{updated} of {wanted} pods are updated"),
            (Count(live, "replicas") > updated, $"{Count(live, "replicas") - updated} old pods are still there"),
            (Count(live, "availableReplicas") < updated, $"{Count(live, "availableReplicas")} of {updated} pods are available"),
            (Count(live, "readyReplicas") < wanted, $"{Count(live, "readyReplicas")} of {wanted} pods are ready"));
    }

    public static (HealthState State, string Message) StatefulSet(JsonObject live)
    {
        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        long wanted = live.Number("spec", "replicas") ?? 1, ready = Count(live, "readyReplicas");
        var isUpdated = live.Text("status", "currentRevision") == live.Text("status", "updateRevision");
        if (IsOnDelete(live) && !isUpdated)
        {
            return HealthRules.HeldBack(OldPods(Math.Max(0, wanted - Count(live, "updatedReplicas"))));
        }

        var partition = live.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
        var toUpdate = Math.Max(0, wanted - partition);
        return First(
            partition > 0 && !isUpdated ? $"its partition {partition} holds the update back: {Math.Min(partition, wanted)} of {wanted} pods stay as they are" : null,
            (Count(live, "replicas") != wanted, $"{Count(live, "replicas")} of {wanted} pods exist"),
            (ready < wanted, $"{ready} of {wanted} pods are ready"),
            (partition > 0 && Count(live, "updatedReplicas") < toUpdate, $"{Count(live, "updatedReplicas")} of {toUpdate} pods are updated"),
            (partition == 0 && !isUpdated, "the update is not complete"));
    }

    public static (HealthState State, string Message) DaemonSet(JsonObject live)
    {
        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthRules.Pending("its controller has not seen it yet");
        }

        long wanted = Count(live, "desiredNumberScheduled"), updated = Count(live, "updatedNumberScheduled");
        if (IsOnDelete(live) && updated < Count(live, "currentNumberScheduled"))
        {
            return HealthRules.HeldBack(OldPods(Count(live, "currentNumberScheduled") - updated));
        }

        return First(
            wanted == 0 ? "no node here is one of those that it runs on" : null,
            (Count(live, "currentNumberScheduled") < wanted, $"{Count(live, "currentNumberScheduled")} of {wanted} pods are scheduled"),
            (updated < wanted, $"{updated} of {wanted} pods are updated"),
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
            null,
            (HealthRules.Has(live, "ReplicaFailure"), "pods cannot be created"),
            (Count(live, "replicas") != wanted, $"{Count(live, "replicas")} of {wanted} pods exist"),
            (Count(live, "availableReplicas") < wanted, $"{Count(live, "availableReplicas")} of {wanted} pods are available"));
    }

    private static bool IsOnDelete(JsonObject live) => live.Text("spec", "updateStrategy", "type") == "OnDelete";

    private static string OldPods(long count) =>
        $"its update strategy is OnDelete: {count} pods run what was there before until somebody deletes them";

    private static long Count(JsonObject live, string member) => live.Number("status", member) ?? 0;

    private static (HealthState State, string Message) First(string? heldBack, params ReadOnlySpan<(bool IsMissing, string Message)> rules)
    {
        foreach (var (isMissing, message) in rules)
        {
            if (isMissing)
            {
                return HealthRules.Pending(message);
            }
        }

        return heldBack is null ? HealthRules.Current : HealthRules.HeldBack(heldBack);
    }
}
