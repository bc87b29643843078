using EdgeSync.Bundles.Reading;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Which components of a bundle are applied, which are healthy, and which may come next. The clock of each begins when it is applied.</summary>
internal sealed class ComponentRollout(
    IReadOnlyList<BundleComponent> components, TimeSpan healthDeadline, ActivationKind kind, TimeProvider time)
{
    private readonly List<BundleComponent> _pending = [.. components];
    private readonly Dictionary<string, AwaitedComponent> _awaited = new(StringComparer.Ordinal);
    private readonly List<string> _changed = [];
    private IReadOnlySet<string> _healthy = new HashSet<string>();

    /// <summary>Whether the bundle has more than one component.</summary>
    public bool AreSeveral => components.Count > 1;

    /// <summary>What applying has changed so far, in words.</summary>
    public IReadOnlyList<string> Changed => _changed;

    /// <summary>The components that were applied.</summary>
    public IReadOnlyList<AwaitedComponent> Awaited => [.. _awaited.Values];

    /// <summary>What is waited for, in words; null where the bundle has one component only.</summary>
    public string? Sentence => !AreSeveral
        ? null
        : string.Join(", ", _awaited.Keys.Where(name => !_healthy.Contains(name)).Order(StringComparer.Ordinal)) switch
        {
            "" => "the health of all components",
            var names => $"the health of {names}",
        };

    /// <summary>The components that may be applied now; they count as taken.</summary>
    public IReadOnlyList<BundleComponent> TakeReady()
    {
        List<BundleComponent> ready = [.. _pending.Where(component => IsReady(component, _healthy))];
        _pending.RemoveAll(ready.Contains);
        return ready;
    }

    public void Applied(IReadOnlyList<BundleComponent> applied, ApplyReport report)
    {
        _changed.AddRange(report.Outcomes.Where(outcome => outcome.IsChange).Select(outcome => $"{outcome.Subject} {outcome.Action}"));
        foreach (var component in applied)
        {
            _awaited[component.Name] = new AwaitedComponent(
                component,
                time.GetUtcNow() + (kind == ActivationKind.Recheck ? TimeSpan.Zero : TimeoutOf(component)),
                kind != ActivationKind.Repair || report.Outcomes.Any(outcome => outcome.IsChange));
        }
    }

    /// <summary>Whether it is worth going on with these healthy: something can be applied, or all is done.</summary>
    public bool IsEnough(IReadOnlySet<string> healthy) =>
        _pending.Count == 0 ? _awaited.Keys.All(healthy.Contains) : _pending.Exists(component => IsReady(component, healthy));

    /// <summary>Takes note of the healthy components; true where nothing is left to do.</summary>
    public bool IsDone(IReadOnlySet<string> healthy)
    {
        _healthy = healthy;
        return _pending.Count == 0 && _awaited.Keys.All(healthy.Contains);
    }

    public TimeSpan TimeoutOf(string? component) =>
        component is not null && _awaited.TryGetValue(component, out var awaited) ? TimeoutOf(awaited.Component) : healthDeadline;

    /// <summary>The names of these components for a sentence; null where that is no news.</summary>
    public string? NameOf(IReadOnlyList<BundleComponent> refused) =>
        _awaited.Count > 0 ? string.Join(", ", refused.Select(component => component.Name)) : null;

    private static bool IsReady(BundleComponent component, IReadOnlySet<string> healthy) => component.DependsOn.All(healthy.Contains);

    private TimeSpan TimeoutOf(BundleComponent component) => component.HealthTimeout ?? healthDeadline;
}
