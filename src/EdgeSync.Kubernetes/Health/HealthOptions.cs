namespace EdgeSync.Kubernetes.Health;

/// <summary>How health is waited for.</summary>
public sealed record HealthOptions
{
    /// <summary>Time between two checks of the objects that are not healthy yet. Default: 500 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

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
