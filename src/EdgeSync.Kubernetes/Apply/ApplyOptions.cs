using EdgeSync.Kubernetes.Fields;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>How objects are applied.</summary>
public sealed record ApplyOptions
{
    /// <summary>What becomes of a field that another manager owns with another value, where the object itself does not say. Default: it is taken over.</summary>
    public ConflictPolicy Conflicts { get; init; }

    /// <summary>Whether <see cref="ConflictPolicy.Fail"/> counts. Default: true; false for what runs already, whose fields are restored.</summary>
    public bool RefusesConflicts { get; init; } = true;

    /// <summary>Fields that belong to others, besides those that the objects and their bundle name.</summary>
    public IReadOnlyList<IgnoreRule> Ignore { get; init; } = [];

    /// <summary>
    /// Whether objects that hold data may be recreated when they cannot be updated and their manifest allows it. Default: false.
    /// </summary>
    public bool AllowDestructive { get; init; }

    /// <summary>Requests in flight. Default: 8.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>How long to wait for new CRDs to be served. Default: 60 s.</summary>
    public TimeSpan EstablishTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait until an object that is recreated is gone. Default: 120 s.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long to wait until the pruned objects of a stage are gone. Default: 60 s; what is still there then is reported.</summary>
    public TimeSpan PruneTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
