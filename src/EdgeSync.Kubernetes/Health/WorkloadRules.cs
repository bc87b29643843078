using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>The rules of kinds that run pods.</summary>
internal static class WorkloadRules
{
    public static HealthVerdict Deployment(JsonObject live)
    {
        if (ConditionList.Find(live, "Progressing") is { Reason: "ProgressDeadlineExceeded" } late)
        {
            return HealthVerdict.Failed($"its progress deadline is exceeded: {late.Message}");
        }

        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthVerdict.InProgress("its controller has not seen it");
        }

        var wanted = live.Number("spec", "replicas") ?? 1;
        var total = Count(live, "replicas");
        var updated = Count(live, "updatedReplicas");
        return updated < wanted ? Replicas("updated", updated, wanted)
            : total > updated ? HealthVerdict.InProgress($"{Text(total - updated)} old pods are still there")
            : Count(live, "availableReplicas") is var available && available < wanted ? Replicas("available", available, wanted)
            : HealthVerdict.Current;
    }

    public static HealthVerdict StatefulSet(JsonObject live)
    {
        if (live.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return HealthVerdict.Current;
        }

        var wanted = live.Number("spec", "replicas") ?? 1;
        var partition = live.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
        var ready = Count(live, "readyReplicas");
        var updated = Count(live, "updatedReplicas");
        return Count(live, "replicas") < wanted ? Replicas("created", Count(live, "replicas"), wanted)
            : ready < wanted ? Replicas("ready", ready, wanted)
            : updated < wanted - partition ? Replicas("updated", updated, wanted - partition)
            : partition == 0 && live.Text("status", "currentRevision") != live.Text("status", "updateRevision")
                ? HealthVerdict.InProgress("its newest revision is not everywhere")
            : HealthVerdict.Current;
    }

    public static HealthVerdict DaemonSet(JsonObject live)
    {
        if (live.Number("status", "observedGeneration") is null)
        {
            return HealthVerdict.InProgress("its controller has not seen it");
        }

        var wanted = Count(live, "desiredNumberScheduled");
        var updated = Count(live, "updatedNumberScheduled");
        var available = Count(live, "numberAvailable");
        return Count(live, "currentNumberScheduled") < wanted ? Replicas("scheduled", Count(live, "currentNumberScheduled"), wanted)
            : live.Text("spec", "updateStrategy", "type") != "OnDelete" && updated < wanted ? Replicas("updated", updated, wanted)
            : available < wanted ? Replicas("available", available, wanted)
            : HealthVerdict.Current;
    }

    public static HealthVerdict ReplicaSet(JsonObject live)
    {
        if (ConditionList.Find(live, "ReplicaFailure") is { Status: "True" } failure)
        {
            return HealthVerdict.InProgress($"it cannot make pods: {failure.Message}");
        }

        var wanted = live.Number("spec", "replicas") ?? 1;
        var available = Count(live, "availableReplicas");
        return available < wanted ? Replicas("available", available, wanted) : HealthVerdict.Current;
    }

    public static HealthVerdict Job(JsonObject live)
    {
        if (ConditionList.Find(live, "Failed") is { Status: "True" } failed)
        {
            return HealthVerdict.Failed($"it failed: {failed.Message}");
        }

        return ConditionList.Find(live, "Complete") is { Status: "True" }
            ? HealthVerdict.Current
            : HealthVerdict.InProgress("it has not completed");
    }

    private static long Count(JsonObject live, string name) => live.Number("status", name) ?? 0;

    private static HealthVerdict Replicas(string what, long have, long want) => HealthVerdict.InProgress($"{Text(have)} of {Text(want)} pods are {what}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
