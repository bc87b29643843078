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
    /// Whether objects that hold data may be recreated when they cannot be updated and their manifest allows it. Default: false.
    /// </summary>
    public bool AllowDestructive { get; init; }

    /// <summary>Requests in flight. Default: 4.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>How long to wait for new CRDs to be served. Default: 60 s.</summary>
    public TimeSpan EstablishTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait until an object that is recreated is gone. Default: 120 s.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long to wait until the pruned objects of a stage are gone. Default: 60 s; what is still there then is reported.</summary>
    public TimeSpan PruneTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
