using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Waits until objects are healthy, and gives up at once when one of them cannot become so.</summary>
public sealed class HealthWaiter(KubernetesClient client, HealthOptions options, TimeProvider time)
{
    private readonly PodInspector _pods = new(client, options.FailingRestarts);

    /// <summary>
    /// Looks at the objects of the groups until those groups that are healthy are enough, an object of any group has failed, or the time of
    /// a group is over. A healthy outcome names the groups that were wholly current in one last look. While the API server cannot be reached
    /// it goes on trying; a permanent refusal to read is a <see cref="KubernetesApiException"/>. Progress tells each change of an object's
    /// state or message.
    /// </summary>
    public async Task<HealthOutcome> WaitAsync(
        IReadOnlyList<HealthGroup> groups,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<ObjectHealth>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(isEnough);
        var looks = groups.Select(group => new GroupLook(group, options.SettleTime)).ToList();
        var isCertain = false;
        while (true)
        {
            // Before it ends well, all is looked at again: what was healthy before may not be so any more.
            await LookAsync([.. looks.SelectMany(look => look.Wanted(isCertain))], looks, progress, cancellationToken);
            if (looks.Find(look => look.Failed.Any()) is { } broken)
            {
                return new HealthOutcome.Failed([.. broken.Failed], broken.Group.Name);
            }

            var now = time.GetUtcNow();
            looks.ForEach(look => look.Judge(now));
            var healthy = looks.Where(look => look.IsHealthy).Select(look => look.Group.Name).ToHashSet(StringComparer.Ordinal);
            if (isEnough(healthy))
            {
                if (isCertain || looks.TrueForAll(look => look.WasWhole))
                {
                    return new HealthOutcome.Healthy(healthy);
                }

                isCertain = true;
                continue;
            }

            isCertain = false;
            if (looks.Find(look => look.IsLate(now)) is { } late)
            {
                return new HealthOutcome.TimedOut([.. late.Missing], late.Group.Name);
            }

            await Task.Delay(options.Interval, time, cancellationToken);
        }
    }

    /// <summary>The health of each object now, in one look.</summary>
    public async Task<IReadOnlyList<ObjectHealth>> CheckAsync(IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var seen = await LookAsync(objects, cancellationToken);
        return [.. objects.Select(id => seen[id.Key])];
    }

    private async Task LookAsync(
        IReadOnlyList<ObjectId> objects, List<GroupLook> looks, IProgress<ObjectHealth>? progress, CancellationToken cancellationToken)
    {
        var seen = await LookAsync(objects, cancellationToken);
        foreach (var change in looks.SelectMany(look => look.Take(seen)))
        {
            progress?.Report(change);
        }
    }

    private async Task<IReadOnlyDictionary<string, ObjectHealth>> LookAsync(IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, ObjectHealth>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, limits, async (id, token) => seen[id.Key] = await LookAtAsync(id, token));
        return seen;
    }

    private async Task<ObjectHealth> LookAtAsync(ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(id, cancellationToken) is not { } live)
            {
                // A finished Job may be gone by its time to live.
                return id.GroupKind == "Job.batch"
                    ? new ObjectHealth(id, HealthState.Current, "it is finished and gone")
                    : new ObjectHealth(id, HealthState.InProgress, "it does not exist");
            }

            var health = HealthRules.Of(live) with { Id = id };
            return health.State == HealthState.InProgress && await _pods.FindFailureAsync(live, cancellationToken) is { } failure
                ? health with { State = HealthState.Failed, Message = failure }
                : health;
        }
        catch (KubernetesApiException failure) when (failure.Disposition != Disposition.Stalled)
        {
            return new ObjectHealth(id, HealthState.InProgress, failure.Message);
        }
    }
}
