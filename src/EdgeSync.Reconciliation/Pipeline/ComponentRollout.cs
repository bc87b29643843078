using System.Collections.Concurrent;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Which components of a bundle are applied, which are healthy, and which come next. A component's clock starts when it is applied.</summary>
internal sealed class ComponentRollout(
    string channel, IReadOnlyList<BundleComponent> components, TimeSpan healthDeadline, ActivationKind kind, TimeProvider time)
{
    private readonly List<BundleComponent> _pending = [.. components];
    private readonly List<BundleComponent> _applied = [];
    private readonly Dictionary<string, HealthGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<ObjectChange> _changed = [];
    private readonly ConcurrentDictionary<string, ObjectHealth> _heldBack = new(StringComparer.Ordinal);
    private IReadOnlySet<string> _healthy = new HashSet<string>();

    /// <summary>The channel.</summary>
    public string Channel => channel;

    /// <summary>Whether the bundle has more than one component.</summary>
    public bool HasSeveral => components.Count > 1;

    /// <summary>Whether the bundle is new here, or the site rolls back to it.</summary>
    public bool IsChange => kind == ActivationKind.Change;

    /// <summary>What applying has changed so far.</summary>
    public IReadOnlyList<ObjectChange> Changed => _changed;

    /// <summary>Which objects are as far as they can get and not all that their manifests say, in words; null where there are none.</summary>
    public string? Remark => _heldBack.IsEmpty ? null : ConfirmStep.Join("healthy as far as it can be:", _heldBack.Values.OrderBy(health => health.Id.Key, StringComparer.Ordinal));

    /// <summary>The applied components with their objects and deadlines.</summary>
    public IReadOnlyList<HealthGroup> Groups => [.. _groups.Values];

    /// <summary>What the rollout waits for, in words; null where the bundle has one component only.</summary>
    public string? WaitingFor => !HasSeveral
        ? null
        : string.Join(", ", _groups.Keys.Where(name => !_healthy.Contains(name)).Order(StringComparer.Ordinal)) switch
        {
            "" => "the health of all components",
            var names => $"the health of {names}",
        };

    /// <summary>Takes the components that may be applied now.</summary>
    public IReadOnlyList<BundleComponent> TakeReady()
    {
        List<BundleComponent> ready = [.. _pending.Where(component => IsReady(component, _healthy))];
        _pending.RemoveAll(ready.Contains);
        return ready;
    }

    /// <summary>Records that these components were applied.</summary>
    public void Applied(IReadOnlyList<BundleComponent> applied, IClusterChange change, IReadOnlyList<ObjectChange> changes)
    {
        _changed.AddRange(changes);
        _applied.AddRange(applied);
        foreach (var component in applied)
        {
            _groups[component.Name] = new HealthGroup(
                component.Name,
                change.Identify(component),
                time.GetUtcNow() + (kind == ActivationKind.Recheck ? TimeSpan.Zero : TimeoutOf(component)))
            {
                MustSettle = kind != ActivationKind.Repair || changes.Count > 0,
                ReadyWhen = component.ReadyWhen,
                Healthy = change.Healthy,
            };
        }
    }

    /// <summary>Records that single objects of a bundle that is live were written again: only these must become healthy, and all of them prove that they stay so.</summary>
    public void Restored(IReadOnlyList<ObjectChange> changes, string defaultNamespace)
    {
        _pending.Clear();
        _changed.AddRange(changes);
        foreach (var component in components)
        {
            var names = component.Objects.Select(item => (item.Id.GroupKind, item.Name, item.Namespace ?? defaultNamespace)).ToHashSet();
            List<ObjectId> own = [.. changes.Select(change => change.Id).Where(id => names.Contains((id.GroupKind, id.Name, id.Namespace ?? defaultNamespace)))];
            if (own.Count > 0)
            {
                _applied.Add(component);
                _groups[component.Name] = new HealthGroup(component.Name, own, time.GetUtcNow() + TimeoutOf(component)) { ReadyWhen = component.ReadyWhen };
            }
        }
    }

    /// <summary>Records what was changed although the cluster refused some of it.</summary>
    public void Refused(IEnumerable<ObjectChange> changes) => _changed.AddRange(changes);

    /// <summary>Whether there is something to do once these are healthy: a component can be applied, or all is done.</summary>
    public bool IsEnough(IReadOnlySet<string> healthy) =>
        _pending.Count == 0 ? _groups.Keys.All(healthy.Contains) : _pending.Exists(component => IsReady(component, healthy));

    /// <summary>Records which components are healthy; true where nothing is left to do.</summary>
    public bool IsDone(IReadOnlySet<string> healthy)
    {
        _healthy = healthy;
        return _pending.Count == 0 && _groups.Keys.All(healthy.Contains);
    }

    /// <summary>Records what is known of an object's health now.</summary>
    public void Note(ObjectHealth health)
    {
        if (health.IsHeldBack)
        {
            _heldBack[health.Id.Key] = health;
        }
        else
        {
            _heldBack.TryRemove(health.Id.Key, out _);
        }
    }

    public TimeSpan TimeoutOf(string component) =>
        _applied.Find(applied => applied.Name == component) is { } found ? TimeoutOf(found) : healthDeadline;

    /// <summary>The names of these components for a failure; null where the bundle's first components need no name.</summary>
    public string? NameOf(IReadOnlyList<BundleComponent> refused) =>
        _groups.Count > 0 ? string.Join(", ", refused.Select(component => component.Name)) : null;

    private static bool IsReady(BundleComponent component, IReadOnlySet<string> healthy) => component.DependsOn.All(healthy.Contains);

    private TimeSpan TimeoutOf(BundleComponent component) => component.HealthTimeout ?? healthDeadline;
}
