namespace EdgeSync.Kubernetes.Health;

/// <summary>How health is waited for.</summary>
public sealed record HealthOptions
{
    /// <summary>Time between two checks of the objects that are not healthy yet, while something changes. Default: 500 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest time between two checks, to which it grows while nothing changes. Default: 2 s.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The label selector that the awaited objects should match, to keep lists small. Default: null, which lists all of a kind in a namespace.</summary>
    public string? Selector { get; init; }

    /// <summary>
    /// How long objects that run pods must stay healthy to count. Default: 2 s; without a readiness probe a container that ends at once
    /// is "available" for a moment after each start.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Restarts of a container in CrashLoopBackOff after which it has failed, where the workload does not say itself how long it may take. Default: 3.
    /// </summary>
    public int FailingRestarts { get; init; } = 3;

    /// <summary>Requests in flight. Default: 4.</summary>
    public int Parallelism { get; init; } = 4;
}
