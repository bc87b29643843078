using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>What a wait has seen of one group.</summary>
internal sealed class GroupLook(HealthGroup group, TimeSpan settleTime)
{
    private readonly Dictionary<string, ObjectHealth> _states =
        group.Objects.ToDictionary(id => id.Key, id => new ObjectHealth(id, HealthState.InProgress, "not looked at yet"), StringComparer.Ordinal);

    private readonly bool _mustSettle = group.MustSettle && group.Objects.Any(RunsPods);
    private DateTimeOffset? _currentSince;

    public HealthGroup Group => group;

    /// <summary>Whether it counts as healthy.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>Whether the latest look was at all of its objects, or at none of a group that is not healthy.</summary>
    public bool WasWhole { get; private set; }

    public IEnumerable<ObjectHealth> Failed => With(HealthState.Failed);

    public IEnumerable<ObjectHealth> Missing => With(HealthState.InProgress);

    /// <summary>What to look at next: what is not current; all while it settles, or to be certain.</summary>
    public IEnumerable<ObjectId> Wanted(bool isCertain) =>
        isCertain || (_currentSince is not null && !IsHealthy) ? group.Objects : group.Objects.Where(id => _states[id.Key].State != HealthState.Current);

    /// <summary>Takes what was seen; gives what is new of it.</summary>
    public IReadOnlyList<ObjectHealth> Take(IReadOnlyDictionary<string, ObjectHealth> seen)
    {
        var changes = new List<ObjectHealth>();
        var count = 0;
        foreach (var id in group.Objects)
        {
            if (seen.TryGetValue(id.Key, out var health))
            {
                count++;
                if (_states[id.Key] != health)
                {
                    _states[id.Key] = health;
                    changes.Add(health);
                }
            }
        }

        WasWhole = count == group.Objects.Count;
        return changes;
    }

    public void Judge(DateTimeOffset now)
    {
        _currentSince = Missing.Any() ? null : _currentSince ?? now;
        IsHealthy = _currentSince is { } since && (!_mustSettle || now - since >= settleTime);
        WasWhole |= !IsHealthy;
    }

    public bool IsLate(DateTimeOffset now) => now >= group.Deadline && Missing.Any();

    private static bool RunsPods(ObjectId id) => id.Group == "apps" || id.GroupKind == "Pod";

    private IEnumerable<ObjectHealth> With(HealthState state) => group.Objects.Select(id => _states[id.Key]).Where(health => health.State == state);
}
