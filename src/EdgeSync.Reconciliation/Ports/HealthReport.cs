namespace EdgeSync.Reconciliation.Ports;

/// <summary>How waiting for health ended.</summary>
/// <param name="State">The end.</param>
/// <param name="Faults">The objects that are not healthy, and why.</param>
public sealed record HealthReport(HealthState State, IReadOnlyList<ObjectFault> Faults)
{
    /// <summary>The components that are healthy, where that is enough.</summary>
    public IReadOnlySet<string> Healthy { get; init; } = new HashSet<string>();

    /// <summary>The component that the faults are of, or null where all is well.</summary>
    public string? Component { get; init; }
}

/// <summary>The ends of waiting for health.</summary>
public enum HealthState
{
    /// <summary>Enough is healthy.</summary>
    Healthy,

    /// <summary>An object cannot become healthy by itself.</summary>
    Failed,

    /// <summary>The deadline is over.</summary>
    TimedOut,
}
