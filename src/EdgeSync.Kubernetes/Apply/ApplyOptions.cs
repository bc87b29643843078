namespace EdgeSync.Kubernetes.Apply;

/// <summary>How objects are applied.</summary>
public sealed record ApplyOptions
{
    /// <summary>
    /// Whether fields that another manager owns are taken over. Default: true, since what a release says about a site is to hold there;
    /// a field that something in the cluster shall own (replicas under an autoscaler) is left out of the bundle.
    /// </summary>
    public bool ForceConflicts { get; init; } = true;

    /// <summary>
    /// Whether what holds data may be deleted and made anew where it cannot be changed and its manifest says so. Default: false.
    /// </summary>
    public bool AllowDestructive { get; init; }

    /// <summary>Requests in flight. Default: 4.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>How long to wait for new CRDs to be served. Default: 60 s.</summary>
    public TimeSpan EstablishTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait until pruned objects are gone, per stage, and one that is made anew. Default: 120 s.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromSeconds(120);
}
