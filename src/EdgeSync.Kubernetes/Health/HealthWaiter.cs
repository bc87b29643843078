using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// Waits until objects are healthy. It asks for each object until it is current and then leaves it alone, sooner at first and rarer later;
/// for a workload on its way it also looks at the newest pods, which know first that something is hopeless.
/// </summary>
public sealed class HealthWaiter(KubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Waits at most this long. <paramref name="progress"/> hears how many are current. An API server that does not answer is waited for as
    /// well, within the same time.
    /// </summary>
    public async Task<HealthOutcome> WaitAsync(
        IReadOnlyCollection<ObjectId> objects, TimeSpan deadline, Action<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var started = time.GetTimestamp();
        var pending = objects.ToDictionary(id => id, _ => HealthVerdict.InProgress("it has not been looked at"));
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            await LookAsync(pending, cancellationToken);
            progress?.Invoke(objects.Count - pending.Count);
            if (pending.Count == 0)
            {
                return new HealthOutcome(HealthStatus.Current, []);
            }

            if (pending.Values.Any(verdict => verdict.Status == HealthStatus.Failed))
            {
                return End(HealthStatus.Failed, pending.Where(pair => pair.Value.Status == HealthStatus.Failed));
            }

            if (time.GetElapsedTime(started) + pause > deadline)
            {
                return End(HealthStatus.InProgress, pending);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static HealthOutcome End(HealthStatus status, IEnumerable<KeyValuePair<ObjectId, HealthVerdict>> unhealthy) =>
        new(status, [.. unhealthy.Select(pair => (pair.Key, pair.Value.Message))]);

    private async Task LookAsync(Dictionary<ObjectId, HealthVerdict> pending, CancellationToken cancellationToken)
    {
        foreach (var id in pending.Keys.ToList())
        {
            var verdict = await JudgeAsync(id, cancellationToken);
            if (verdict.Status == HealthStatus.Current)
            {
                pending.Remove(id);
            }
            else
            {
                pending[id] = verdict;
            }
        }
    }

    private async Task<HealthVerdict> JudgeAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(id, cancellationToken) is not { } live)
            {
                return HealthVerdict.InProgress("it is not there");
            }

            var verdict = HealthRules.Judge(live);
            return verdict.Status == HealthStatus.InProgress && await FindHopelessPodAsync(id, live, cancellationToken) is { } hopeless
                ? HealthVerdict.Failed(hopeless)
                : verdict;
        }
        catch (KubernetesApiException failure)
        {
            return HealthVerdict.InProgress($"the API server does not say: {failure.Message}");
        }
    }

    private async Task<string?> FindHopelessPodAsync(ObjectId id, JsonObject live, CancellationToken cancellationToken)
    {
        if (id.GroupKind is not ("Deployment.apps" or "StatefulSet.apps" or "DaemonSet.apps" or "ReplicaSet.apps" or "Job.batch")
            || await client.FindTypeAsync("v1", "Pod", cancellationToken) is not { } pods
            || LabelsOf(live) is not { Length: > 0 } labels)
        {
            return null;
        }

        var found = await client.ListAsync(pods, new ListSelection { Namespace = id.Namespace, LabelSelector = labels }, cancellationToken);
        var newest = await NewestGenerationAsync(id, live, labels, cancellationToken);
        return found.Items.Where(newest).Select(pod => PodRules.FindHopeless(pod) is { } why ? $"pod {pod.Text("metadata", "name")}: {why}" : null)
            .FirstOrDefault(why => why is not null);
    }

    // The pods of the version before may well be broken, that is why there is a new one; only the newest count.
    private async Task<Func<JsonObject, bool>> NewestGenerationAsync(ObjectId id, JsonObject live, string labels, CancellationToken cancellationToken)
    {
        switch (id.GroupKind)
        {
            case "Deployment.apps" when await client.FindTypeAsync("apps/v1", "ReplicaSet", cancellationToken) is { } type:
                const string Revision = "deployment.kubernetes.io/revision";
                var sets = await client.ListAsync(type, new ListSelection { Namespace = id.Namespace, LabelSelector = labels }, cancellationToken);
                var newest = sets.Items.FirstOrDefault(
                    set => set.Text("metadata", "annotations", Revision) is { } revision && revision == live.Text("metadata", "annotations", Revision));
                return pod => pod.Objects("metadata", "ownerReferences").Any(owner => owner.Text("uid") == (newest?.Text("metadata", "uid") ?? ""));
            case "StatefulSet.apps":
                return pod => pod.Text("metadata", "labels", "controller-revision-hash") == live.Text("status", "updateRevision");
            default:
                return pod => pod.Objects("metadata", "ownerReferences").Any(owner => owner.Text("uid") == live.Text("metadata", "uid"));
        }
    }

    private static string LabelsOf(JsonObject live) =>
        live.At("spec", "selector", "matchLabels") is JsonObject labels
            ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"))
            : "";
}
