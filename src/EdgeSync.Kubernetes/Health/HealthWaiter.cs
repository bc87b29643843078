using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Waits until objects are healthy, and gives up at once when one of them cannot become healthy.</summary>
public sealed class HealthWaiter(KubernetesClient client, HealthOptions options, TimeProvider time)
{
    private static readonly ILookup<string, ReadyRule> NoRules = Array.Empty<ReadyRule>().ToLookup(_ => "");
    private readonly PodInspector _pods = new(client, options.FailingRestarts);
    private readonly ClaimInspector _claims = new(client);
    private readonly RefusedCreations _creations = new(client);

    /// <summary>
    /// Checks the objects of the groups until the healthy groups are enough, an object of any group has failed, or the deadline of a group is
    /// over. A healthy outcome names the groups whose objects were all current in one final round. While the API server cannot be reached or does
    /// not let the agent read, it keeps trying; what is missing at the deadline then has a <see cref="ObjectHealth.SiteReason"/>. Progress reports each change of an object's state
    /// or message.
    /// </summary>
    public async Task<HealthOutcome> WaitAsync(
        IReadOnlyList<HealthGroup> groups,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<ObjectHealth>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(isEnough);
        var states = groups.Select(group => new GroupHealth(group, options.SettleTime)).ToList();
        var rules = groups
            .SelectMany(group => group.ReadyWhen.Count == 0 ? [] : group.Objects.SelectMany(id => group.ReadyWhen.Where(rule => rule.AppliesTo(id)).Select(rule => (id.Key, rule))))
            .ToLookup(pair => pair.Key, pair => pair.rule, StringComparer.Ordinal);
        var isFinal = false;
        while (true)
        {
            // A final round checks everything again: what was healthy before may not be healthy any more.
            await UpdateAsync([.. states.SelectMany(state => state.ToCheck(isFinal))], rules, states, progress, cancellationToken);
            if (states.Find(state => state.Failed.Any()) is { } broken)
            {
                return new HealthOutcome.Failed([.. broken.Failed], broken.Group.Name);
            }

            var now = time.GetUtcNow();
            states.ForEach(state => state.Evaluate(now));
            var healthy = states.Where(state => state.IsHealthy).Select(state => state.Group.Name).ToHashSet(StringComparer.Ordinal);
            if (isEnough(healthy))
            {
                if (isFinal || states.TrueForAll(state => state.WasCheckedWhole))
                {
                    return new HealthOutcome.Healthy(healthy);
                }

                isFinal = true;
                continue;
            }

            isFinal = false;
            if (states.Find(state => state.IsLate(now)) is { } late)
            {
                return new HealthOutcome.TimedOut([.. late.Missing], late.Group.Name);
            }

            await Task.Delay(options.Interval, time, cancellationToken);
        }
    }

    /// <summary>Returns the health of each object now.</summary>
    public async Task<IReadOnlyList<ObjectHealth>> CheckAsync(IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var results = await CheckAllAsync(objects, NoRules, cancellationToken);
        return [.. objects.Select(id => results[id.Key])];
    }

    private async Task UpdateAsync(
        IReadOnlyList<ObjectId> objects,
        ILookup<string, ReadyRule> rules,
        List<GroupHealth> states,
        IProgress<ObjectHealth>? progress,
        CancellationToken cancellationToken)
    {
        var results = await CheckAllAsync(objects, rules, cancellationToken);
        foreach (var change in states.SelectMany(state => state.Update(results)))
        {
            progress?.Report(change);
        }
    }

    private async Task<IReadOnlyDictionary<string, ObjectHealth>> CheckAllAsync(
        IReadOnlyList<ObjectId> objects, ILookup<string, ReadyRule> rules, CancellationToken cancellationToken)
    {
        var results = new ConcurrentDictionary<string, ObjectHealth>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, limits, async (id, token) => results[id.Key] = await CheckOneAsync(id, rules[id.Key], token));
        return results;
    }

    private async Task<ObjectHealth> CheckOneAsync(ObjectId id, IEnumerable<ReadyRule> rules, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(id, cancellationToken) is not { } live)
            {
                // A finished Job may have been deleted when its time to live was over.
                return id.GroupKind == "Job.batch"
                    ? new ObjectHealth(id, HealthState.Current, ObjectHealth.Done)
                    : new ObjectHealth(id, HealthState.InProgress, "it does not exist");
            }

            var health = HealthRules.Of(live, rules) with { Id = id };
            if (health.State == HealthState.Current || live.At("metadata", "deletionTimestamp") is not null)
            {
                return health;
            }

            var refused = await _creations.FindAsync(live, cancellationToken);
            health = refused is null ? health : refused with { Id = id };
            return health.State != HealthState.InProgress ? health
                : id.GroupKind == "PersistentVolumeClaim" ? await _claims.InspectAsync(live, health, cancellationToken)
                : await _pods.InspectAsync(live, health, cancellationToken);
        }
        catch (KubernetesApiException failure)
        {
            return new ObjectHealth(id, HealthState.InProgress, failure.Message) { SiteReason = failure.Reason };
        }
    }
}
