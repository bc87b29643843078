namespace EdgeSync.Reconciliation.Ports;

/// <summary>How waiting for health ended.</summary>
/// <param name="State">The end.</param>
/// <param name="Faults">The objects that are not healthy, and why.</param>
public sealed record HealthReport(HealthState State, IReadOnlyList<ObjectFault> Faults)
{
    /// <summary>All is well.</summary>
    public static HealthReport Healthy { get; } = new(HealthState.Healthy, []);
}

/// <summary>The ends of waiting for health.</summary>
public enum HealthState
{
    /// <summary>Every object is healthy.</summary>
    Healthy,

    /// <summary>An object cannot become healthy by itself.</summary>
    Failed,

    /// <summary>The deadline is over.</summary>
    TimedOut,
}
