using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// One look at all awaited objects. First it reads the objects themselves; then, and only of those that are not healthy by their own words, their pods, events
/// and storage classes. A round at the deadline looks for causes at the site as well.
/// </summary>
internal sealed class HealthRound(LiveReader reader, HealthOptions options, bool isLate)
{
    private static readonly ILookup<string, ReadyRule> NoRules = Array.Empty<ReadyRule>().ToLookup(_ => "");

    /// <summary>The health of each object now, by its key.</summary>
    public async Task<IReadOnlyDictionary<string, ObjectHealth>> RunAsync(
        IReadOnlyList<ObjectId> objects, ILookup<string, ReadyRule>? rules, CancellationToken cancellationToken)
    {
        rules ??= NoRules;
        reader.Expect(objects, id => rules.Contains(id.Key));
        var results = new ConcurrentDictionary<string, ObjectHealth>(StringComparer.Ordinal);
        var unclear = new ConcurrentDictionary<string, JsonObject>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, limits, async (id, token) => results[id.Key] = await GuardAsync(id, async () =>
        {
            if (await reader.FindAsync(id, token) is not { } live)
            {
                // A finished Job may have been deleted when its time to live was over.
                return id.GroupKind == "Job.batch"
                    ? new ObjectHealth(id, HealthState.Current, ObjectHealth.Done)
                    : new ObjectHealth(id, HealthState.InProgress, "it does not exist");
            }

            var health = HealthRules.Of(live, rules[id.Key]) with { Id = id };
            if (health.State != HealthState.Current && live.At("metadata", "deletionTimestamp") is null)
            {
                unclear[id.Key] = live;
            }

            return health;
        }));

        // One after the other: they share their lists, and the nodes of one list must not be read by several threads.
        var workloads = new WorkloadPods(reader, SharedNamespaces(unclear.Keys.Select(key => results[key].Id)));
        foreach (var (key, live) in unclear)
        {
            results[key] = await GuardAsync(results[key].Id, () => InspectAsync(live, results[key], workloads, cancellationToken));
        }

        return results;
    }

    /// <summary>The namespaces in which several of these run pods.</summary>
    public static IReadOnlySet<string> SharedNamespaces(IEnumerable<ObjectId> objects) => objects
        .Where(id => id.Namespace is not null && id.Group is "apps" or "batch")
        .CountBy(id => id.Namespace!)
        .Where(count => count.Value > 1)
        .Select(count => count.Key)
        .ToHashSet(StringComparer.Ordinal);

    private async Task<ObjectHealth> InspectAsync(JsonObject live, ObjectHealth health, WorkloadPods workloads, CancellationToken cancellationToken)
    {
        var refused = await new RefusedCreations(reader).FindAsync(live, cancellationToken);
        health = refused is null ? health : refused with { Id = health.Id };
        return health.State != HealthState.InProgress ? health
            : health.Id.GroupKind == "PersistentVolumeClaim" ? await new ClaimInspector(reader).InspectAsync(live, health, cancellationToken)
            : await new PodInspector(workloads, new NodeInspector(reader), options.FailingRestarts).InspectAsync(live, health, isLate, cancellationToken);
    }

    private static async Task<ObjectHealth> GuardAsync(ObjectId id, Func<Task<ObjectHealth>> look)
    {
        try
        {
            return await look();
        }
        catch (KubernetesApiException failure)
        {
            return new ObjectHealth(id, HealthState.InProgress, failure.Message) { SiteReason = failure.Reason };
        }
    }
}
