using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Waits until objects are healthy, and gives up at once when one of them cannot become healthy.</summary>
public sealed class HealthWaiter(KubernetesClient client, HealthOptions options, TimeProvider time)
{
    private const double Growth = 1.5;
    private readonly ConcurrentDictionary<LiveReader.Place, bool> _unlisted = new();

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
        foreach (var known in states.SelectMany(state => state.Known))
        {
            progress?.Report(known);
        }

        var isFinal = false;
        var pause = options.Interval;
        while (true)
        {
            // A final round checks everything again: what was healthy before may not be healthy any more.
            var hasChanged = await UpdateAsync([.. states.SelectMany(state => state.ToCheck(isFinal))], rules, states, progress, cancellationToken);
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
                return new HealthOutcome.TimedOut(await ExplainAsync([.. late.Missing], rules, cancellationToken), late.Group.Name);
            }

            pause = hasChanged || states.Exists(state => state.IsSettling) ? options.Interval : Shorter(pause * Growth, options.LongestInterval);
            await Task.Delay(Shorter(pause, TimeToDeadline(states, now)), time, cancellationToken);
        }
    }

    /// <summary>Returns the health of each object now.</summary>
    public async Task<IReadOnlyList<ObjectHealth>> CheckAsync(IReadOnlyList<ObjectId> objects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var results = await RunRoundAsync(objects, rules: null, isLate: false, cancellationToken);
        return [.. objects.Select(id => results[id.Key])];
    }

    // Whether an object's health has changed.
    private async Task<bool> UpdateAsync(
        IReadOnlyList<ObjectId> objects,
        ILookup<string, ReadyRule> rules,
        List<GroupHealth> states,
        IProgress<ObjectHealth>? progress,
        CancellationToken cancellationToken)
    {
        var results = await RunRoundAsync(objects, rules, isLate: false, cancellationToken);
        var changes = states.SelectMany(state => state.Update(results)).ToList();
        changes.ForEach(change => progress?.Report(change));
        return changes.Count > 0;
    }

    // Whether the site keeps pods from running costs requests, so it is asked once, before a release is called late.
    private async Task<IReadOnlyList<ObjectHealth>> ExplainAsync(
        IReadOnlyList<ObjectHealth> missing, ILookup<string, ReadyRule> rules, CancellationToken cancellationToken)
    {
        var unexplained = missing.Where(health => health.SiteReason is null && WorkloadPods.MayHave(health.Id)).Select(health => health.Id).ToList();
        if (unexplained.Count == 0)
        {
            return missing;
        }

        var results = await RunRoundAsync(unexplained, rules, isLate: true, cancellationToken);
        return [.. missing.Select(health => results.GetValueOrDefault(health.Id.Key) is { SiteReason: not null } explained ? explained : health)];
    }

    private Task<IReadOnlyDictionary<string, ObjectHealth>> RunRoundAsync(
        IReadOnlyList<ObjectId> objects, ILookup<string, ReadyRule>? rules, bool isLate, CancellationToken cancellationToken) =>
        new HealthRound(new LiveReader(client, options.Selector, _unlisted), options, isLate).RunAsync(objects, rules, cancellationToken);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // A timer counts whole milliseconds, and one that ends too early would not find the group late.
    private static TimeSpan TimeToDeadline(List<GroupHealth> states, DateTimeOffset now) => states
        .Where(state => state.Missing.Any())
        .Select(state => state.Group.Deadline - now + TimeSpan.FromMilliseconds(1))
        .DefaultIfEmpty(TimeSpan.MaxValue)
        .Min();
}
