using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>What a wait knows about the health of one group.</summary>
internal sealed class GroupHealth(HealthGroup group, TimeSpan settleTime)
{
    private readonly Dictionary<string, ObjectHealth> _states = group.Objects.ToDictionary(id => id.Key, id => Begin(group, id), StringComparer.Ordinal);
    private readonly List<ObjectId> _unknown = [.. group.Objects.Where(id => !IsKnown(group, id))];
    private readonly bool _mustSettle = group.MustSettle && group.Objects.Any(RunsPods);
    private DateTimeOffset? _currentSince;

    public HealthGroup Group => group;

    /// <summary>Whether the group counts as healthy.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>Whether all is current, and has to stay so for a while to count.</summary>
    public bool IsSettling => _currentSince is not null && !IsHealthy;

    /// <summary>Whether the latest round checked all objects of the group, or the group is not healthy anyway.</summary>
    public bool WasCheckedWhole { get; private set; }

    /// <summary>The objects that were healthy before the wait.</summary>
    public IEnumerable<ObjectHealth> Known => group.Objects.Except(_unknown).Select(id => _states[id.Key]);

    public IEnumerable<ObjectHealth> Failed => With(HealthState.Failed);

    public IEnumerable<ObjectHealth> Missing => With(HealthState.InProgress);

    /// <summary>The objects to check next: those that are not current; all but the known ones while the group settles and in the final round.</summary>
    public IEnumerable<ObjectId> ToCheck(bool isFinal) =>
        isFinal || IsSettling ? _unknown : _unknown.Where(id => _states[id.Key].State != HealthState.Current);

    /// <summary>Takes over the results of a round, and returns those that changed.</summary>
    public IReadOnlyList<ObjectHealth> Update(IReadOnlyDictionary<string, ObjectHealth> results)
    {
        var changes = new List<ObjectHealth>();
        var count = 0;
        foreach (var id in _unknown)
        {
            if (results.TryGetValue(id.Key, out var health))
            {
                count++;
                if (_states[id.Key] != health)
                {
                    _states[id.Key] = health;
                    changes.Add(health);
                }
            }
        }

        WasCheckedWhole = count == _unknown.Count;
        return changes;
    }

    /// <summary>Decides whether the group is healthy now.</summary>
    public void Evaluate(DateTimeOffset now)
    {
        _currentSince = Missing.Any() ? null : _currentSince ?? now;
        IsHealthy = _currentSince is { } since && (!_mustSettle || now - since >= settleTime);
        WasCheckedWhole |= !IsHealthy;
    }

    public bool IsLate(DateTimeOffset now) => now >= group.Deadline && Missing.Any();

    private static bool IsKnown(HealthGroup group, ObjectId id) => group.Healthy.Contains(id.Key) && !group.ReadyWhen.Any(rule => rule.AppliesTo(id));

    private static ObjectHealth Begin(HealthGroup group, ObjectId id) => IsKnown(group, id)
        ? new ObjectHealth(id, HealthState.Current, ObjectHealth.Done)
        : new ObjectHealth(id, HealthState.InProgress, "not checked yet");

    private static bool RunsPods(ObjectId id) => id.Group == "apps" || id.GroupKind == "Pod";

    private IEnumerable<ObjectHealth> With(HealthState state) => group.Objects.Select(id => _states[id.Key]).Where(health => health.State == state);
}
