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
    /// Looks at the objects until all are current in one look, one has failed, or the time is over. While the API server cannot be reached
    /// it goes on trying; a permanent refusal to read is a <see cref="KubernetesApiException"/>. Progress tells each change of an object's
    /// state or message.
    /// </summary>
    public async Task<HealthOutcome> WaitAsync(
        IReadOnlyList<ObjectId> objects, TimeSpan deadline, IProgress<ObjectHealth>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var end = time.GetUtcNow() + deadline;
        var states = objects.ToDictionary(id => id.Key, id => new ObjectHealth(id, HealthState.InProgress, "not looked at yet"), StringComparer.Ordinal);
        DateTimeOffset? currentSince = null;
        while (true)
        {
            // Once all are current, all are looked at again: what was healthy before may not be so any more.
            var waitingFor = currentSince is null ? InOrder(objects, states, state => state != HealthState.Current) : objects;
            await LookAsync(waitingFor, states, progress, cancellationToken);
            var failed = InOrder(objects, states, state => state == HealthState.Failed);
            var missing = InOrder(objects, states, state => state == HealthState.InProgress);
            if (failed.Count > 0)
            {
                return new HealthOutcome.Failed([.. failed.Select(id => states[id.Key])]);
            }

            var now = time.GetUtcNow();
            currentSince = missing.Count > 0 ? null : currentSince ?? now;
            if (currentSince is { } since && (now - since >= options.SettleTime || !objects.Any(RunsPods)))
            {
                return new HealthOutcome.Healthy();
            }

            if (missing.Count > 0 && now >= end)
            {
                return new HealthOutcome.TimedOut([.. missing.Select(id => states[id.Key])]);
            }

            await Task.Delay(options.Interval, time, cancellationToken);
        }
    }

    /// <summary>The health of each object now, in one look.</summary>
    public async Task<IReadOnlyList<ObjectHealth>> CheckAsync(IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var states = new Dictionary<string, ObjectHealth>(StringComparer.Ordinal);
        await LookAsync(objects, states, null, cancellationToken);
        return [.. objects.Select(id => states[id.Key])];
    }

    private static bool RunsPods(ObjectId id) => id.Group == "apps" || id.GroupKind == "Pod";

    private static List<ObjectId> InOrder(
        IReadOnlyList<ObjectId> objects, Dictionary<string, ObjectHealth> states, Func<HealthState, bool> isWanted) =>
        [.. objects.Where(id => isWanted(states[id.Key].State))];

    private async Task LookAsync(
        IReadOnlyList<ObjectId> objects, Dictionary<string, ObjectHealth> states, IProgress<ObjectHealth>? progress, CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, ObjectHealth>(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, limits, async (id, token) => seen[id.Key] = await LookAtAsync(id, token));
        foreach (var (key, health) in seen)
        {
            if (!states.TryGetValue(key, out var before) || before != health)
            {
                progress?.Report(health);
            }

            states[key] = health;
        }
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
