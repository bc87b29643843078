using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Looks at the pods of a workload that is not done, those of its newest template only: old ones may be broken and are going. Where the author of the workload
/// said how long it may take or how often it may fail, its controller decides when it has failed, and not the state of one pod.
/// </summary>
internal sealed class PodInspector(WorkloadPods workloads, NodeInspector nodes, int restarts)
{
    /// <summary>
    /// The health of a workload that is in progress: failed, or still in progress with what its pods wait for. The nodes are looked at where a pod's images cannot
    /// be pulled, and for any pod where <paramref name="isLate"/>.
    /// </summary>
    public async Task<ObjectHealth> InspectAsync(JsonObject live, ObjectHealth health, bool isLate, CancellationToken cancellationToken)
    {
        var patience = PatienceOf(live, health.Id);
        var pods = await workloads.FindAsync(live, cancellationToken);
        if (FirstOf(pods, pod => PodFailures.Find(pod, patience.Restarts, forgivesPulls: true)) is { } failure)
        {
            return health with { State = HealthState.Failed, Message = failure };
        }

        var pull = FirstOf(pods, pod => PodFailures.Find(pod, patience.Restarts, patience.ForgivesPulls));
        return (isLate || pull is not null) && await nodes.FindAsync(pods, cancellationToken) is var (reason, words)
                ? health with { Message = $"{health.Message}; {words}", SiteReason = reason }
            : pull is not null ? health with { State = HealthState.Failed, Message = pull }
            : FirstOf(pods, PodFailures.FindTrouble) is { } trouble ? health with { Message = $"{health.Message}; {trouble}" }
            : health;

        string? FirstOf(IEnumerable<JsonObject> list, Func<JsonObject, string?> find) => list
            .Select(pod => find(pod) is not { } words ? null : health.Id.GroupKind == "Pod" ? words : $"pod {pod.Text("metadata", "name")}: {words}")
            .FirstOrDefault(words => words is not null);
    }

    // A number of restarts that is not there: no crash loop is a failure before the controller says so.
    private (int? Restarts, bool ForgivesPulls) PatienceOf(JsonObject live, ObjectId id) => id.GroupKind switch
    {
        // The controller counts against backoffLimit, knows podFailurePolicy, and writes the condition Failed.
        "Job.batch" => (null, live.Number("spec", "activeDeadlineSeconds") is not null),
        "Deployment.apps" when SaysProgressDeadline(live) => (null, true),
        "Pod" when live.Text("spec", "restartPolicy") is "OnFailure" or "Never" => (null, live.Number("spec", "activeDeadlineSeconds") is not null),
        _ => (restarts, false),
    };

    // The API server fills in 600 s where the author said nothing.
    private static bool SaysProgressDeadline(JsonObject live) => live.Objects("metadata", "managedFields").Any(entry =>
        entry.Text("operation") == "Apply" && entry.At("fieldsV1", "f:spec", "f:progressDeadlineSeconds") is not null);
}
