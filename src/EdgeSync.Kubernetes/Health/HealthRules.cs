using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>The rules of kstatus: what a live object says about itself.</summary>
public static class HealthRules
{
    /// <summary>The health of a live object.</summary>
    public static ObjectHealth Of(JsonObject live)
    {
        var id = new KubernetesObject(live).Id;
        var (state, message) = General(live) ?? id.GroupKind switch
        {
            "Deployment.apps" => WorkloadRules.Deployment(live),
            "StatefulSet.apps" => WorkloadRules.StatefulSet(live),
            "DaemonSet.apps" => WorkloadRules.DaemonSet(live),
            "ReplicaSet.apps" => WorkloadRules.ReplicaSet(live),
            "Job.batch" => Job(live),
            "Pod" => Pod(live),
            "CronJob.batch" => live.IsTrue("spec", "suspend") ? HeldBack("it is suspended and starts no jobs") : Current,
            "PersistentVolumeClaim" => live.Text("status", "phase") == "Lost" ? Broken("its volume is lost") : Phase(live, "Bound"),
            "Namespace" => Phase(live, "Active"),
            "Service" => Service(live),
            "CustomResourceDefinition.apiextensions.k8s.io" => Definition(live),
            "PodDisruptionBudget.policy" => Budget(live),
            _ => ByConditions(live),
        };
        return new ObjectHealth(id, state, message) { SiteReason = state == HealthState.InProgress && IsIgnored(live, id) ? ApiReasons.ControllerNotRunning : null };
    }

    /// <summary>Whether an object of this kind is healthy as soon as it exists: no controller has to do anything for it.</summary>
    public static bool NeedsOnlyToExist(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.GroupKind is "ConfigMap" or "Secret" or "Service" or "ServiceAccount" or "LimitRange" or "ResourceQuota"
            or "Role.rbac.authorization.k8s.io" or "RoleBinding.rbac.authorization.k8s.io"
            or "ClusterRole.rbac.authorization.k8s.io" or "ClusterRoleBinding.rbac.authorization.k8s.io"
            or "NetworkPolicy.networking.k8s.io" or "IngressClass.networking.k8s.io" or "StorageClass.storage.k8s.io"
            or "PriorityClass.scheduling.k8s.io" or "RuntimeClass.node.k8s.io"
            or "ValidatingWebhookConfiguration.admissionregistration.k8s.io" or "MutatingWebhookConfiguration.admissionregistration.k8s.io";
    }

    /// <summary>The health of a live object, where these rules come on top.</summary>
    internal static ObjectHealth Of(JsonObject live, IEnumerable<ReadyRule> rules)
    {
        var health = Of(live);
        return health.State == HealthState.Current && rules.Select(rule => rule.FindMissing(live)).FirstOrDefault(missing => missing is not null) is { } words
            ? health with { State = HealthState.InProgress, Message = words }
            : health;
    }

    internal static (HealthState State, string Message) Current => (HealthState.Current, ObjectHealth.Done);

    /// <summary>It is not all that the manifest says and is not meant to be now: there is nothing to wait for, and people have to know.</summary>
    internal static (HealthState State, string Message) HeldBack(string message) => (HealthState.Current, message);

    internal static (HealthState State, string Message) Pending(string message) => (HealthState.InProgress, message);

    internal static (HealthState State, string Message) Broken(string message) => (HealthState.Failed, message);

    internal static JsonObject? Condition(JsonObject live, string type) =>
        live.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    internal static bool Has(JsonObject live, string type, string status = "True") => Condition(live, type).Text("status") == status;

    /// <summary>Whether the status speaks of an older version of the object.</summary>
    internal static bool IsUnseen(JsonObject live) =>
        live.Number("status", "observedGeneration") is { } seen && live.Number("metadata", "generation") is { } generation && seen < generation;

    // The controllers of these kinds are a part of the cluster: no bundle can bring them, and none can keep them from looking at an object.
    private static bool IsIgnored(JsonObject live, ObjectId id) => id.GroupKind switch
    {
        "Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" or "ReplicaSet.apps" => live.Number("status", "observedGeneration") is null || IsUnseen(live),
        "Job.batch" => live["status"] is not JsonObject { Count: > 0 },
        _ => false,
    };

    private static (HealthState, string)? General(JsonObject live)
    {
        if (live.At("metadata", "deletionTimestamp") is not null)
        {
            return Pending("it is being deleted");
        }

        if (IsUnseen(live))
        {
            return Pending($"its controller has seen generation {live.Number("status", "observedGeneration")} of {live.Number("metadata", "generation")}");
        }

        if (Condition(live, "Stalled") is { } stalled && stalled.Text("status") == "True")
        {
            return Broken(Words(stalled));
        }

        return Condition(live, "Reconciling") is { } busy && busy.Text("status") == "True" ? Pending(Words(busy)) : null;
    }

    private static (HealthState, string) Job(JsonObject live)
    {
        if (Condition(live, "Failed") is { } end && end.Text("status") == "True")
        {
            return Broken($"the job failed: {Words(end)}");
        }

        if (Has(live, "Complete") || Has(live, "SuccessCriteriaMet"))
        {
            return Current;
        }

        var failed = live.Number("status", "failed") is > 0 and var count ? $", {count} pods failed, backoffLimit {live.Number("spec", "backoffLimit") ?? 6}" : "";
        return live.IsTrue("spec", "suspend")
            ? HeldBack("it is suspended and does not run")
            : live.Number("spec", "parallelism") == 0 && (live.Number("status", "active") ?? 0) == 0 ? HeldBack("its parallelism is 0, so that it does not run")
            : live["status"] is not JsonObject { Count: > 0 } ? Pending("its controller has not seen it yet")
            : Pending($"the job runs ({live.Number("status", "succeeded") ?? 0} of {live.Number("spec", "completions") ?? 1} done{failed})");
    }

    private static (HealthState, string) Pod(JsonObject live) => live.Text("status", "phase") switch
    {
        "Succeeded" => Current,
        "Failed" => Broken($"the pod failed: {live.Text("status", "message") ?? live.Text("status", "reason") ?? "a container ended with an error"}"),
        "Running" when Has(live, "Ready") => Current,
        var phase => Pending($"the pod is {(phase == "Running" ? "not ready" : phase ?? "not scheduled")}"),
    };

    private static (HealthState, string) Phase(JsonObject live, string wanted) => live.Text("status", "phase") is { } phase && phase == wanted
        ? Current
        : Pending($"it is {live.Text("status", "phase") ?? "new"}, not {wanted}");

    private static (HealthState, string) Service(JsonObject live) =>
        live.Text("spec", "type") == "LoadBalancer" && string.IsNullOrEmpty(live.Text("spec", "clusterIP")) ? Pending("it has no cluster address yet") : Current;

    // Where pods have no controller that says how many there should be, the budget cannot be computed, ever.
    private static (HealthState, string) Budget(JsonObject live) =>
        Condition(live, "DisruptionAllowed") is { } condition && condition.Text("reason") == "SyncFailed"
            ? HeldBack($"the budget cannot be computed, so it protects nothing: {Words(condition)}")
            : live.Number("status", "observedGeneration") is null ? Pending("the budget is not computed yet") : Current;

    private static (HealthState, string) Definition(JsonObject live)
    {
        if (Condition(live, "NamesAccepted") is { } names && names.Text("status") == "False")
        {
            return Broken($"its names are taken: {Words(names)}");
        }

        return Has(live, "Established") ? Current : Pending("it is not served yet");
    }

    private static (HealthState, string) ByConditions(JsonObject live) => Condition(live, "Ready") switch
    {
        null => Current,
        var ready when ready.Text("status") == "True" => Current,
        var ready => Pending(Words(ready)),
    };

    private static string Words(JsonObject condition) => condition.Text("message") is { Length: > 0 } message
        ? message
        : condition.Text("reason") ?? condition.Text("type") ?? "it is not ready";
}
