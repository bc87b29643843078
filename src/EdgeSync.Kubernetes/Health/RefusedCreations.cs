using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Finds workloads whose pods the cluster does not let come into being, because of the site (a quota is used up, an admission webhook is down) or of what they
/// say. ReplicaSets and Deployments say so in a condition, the other kinds only in events.
/// </summary>
internal sealed class RefusedCreations(LiveReader reader)
{
    /// <summary>The object's health with the cluster's words, and with the reason where the site is the cause; null where its pods can be created.</summary>
    public async Task<ObjectHealth?> FindAsync(JsonObject live, CancellationToken cancellationToken)
    {
        var id = new KubernetesObject(live).Id;
        var text = id.GroupKind switch
        {
            "Deployment.apps" or "ReplicaSet.apps" => OfCondition(live),
            "StatefulSet.apps" or "DaemonSet.apps" or "Job.batch" => await OfEventsAsync(live, id, cancellationToken),
            _ => null,
        };
        return text is null ? null : new ObjectHealth(id, HealthState.InProgress, $"its pods cannot be created: {text}") { SiteReason = ApiFailures.FindSiteReason(text) };
    }

    private static string? OfCondition(JsonObject live) =>
        HealthRules.Condition(live, "ReplicaFailure") is { } failure && failure.Text("status") == "True" ? failure.Text("message") : null;

    // Only where pods are missing: a pod that exists was let in.
    private async Task<string?> OfEventsAsync(JsonObject live, ObjectId id, CancellationToken cancellationToken)
    {
        if (!LacksPods(live, id) || live.Text("metadata", "uid") is not { } uid)
        {
            return null;
        }

        try
        {
            var events = await reader.ListAsync(
                "v1", "Event", new ListSelection { Namespace = id.Namespace, FieldSelector = "reason=FailedCreate" }, cancellationToken);
            return events.Where(item => item.Text("involvedObject", "uid") == uid).MaxBy(ClusterEvents.LastSeen, StringComparer.Ordinal).Text("message");
        }
        catch (KubernetesApiException)
        {
            // The agent may not read events: then the deadline decides, as without them.
            return null;
        }
    }

    private static bool LacksPods(JsonObject live, ObjectId id) => id.Kind switch
    {
        "StatefulSet" => (live.Number("status", "replicas") ?? 0) < (live.Number("spec", "replicas") ?? 1),
        "DaemonSet" => (live.Number("status", "currentNumberScheduled") ?? 0) < (live.Number("status", "desiredNumberScheduled") ?? 0),
        _ => (live.Number("status", "active") ?? 0) + (live.Number("status", "succeeded") ?? 0) + (live.Number("status", "failed") ?? 0) == 0,
    };
}
