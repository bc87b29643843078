using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Objects that are healthy together, with a deadline of their own.</summary>
/// <param name="Name">What to call them; unique in one wait.</param>
/// <param name="Objects">The objects.</param>
/// <param name="Deadline">Until when they must be healthy, UTC.</param>
public sealed record HealthGroup(string Name, IReadOnlyList<ObjectId> Objects, DateTimeOffset Deadline)
{
    /// <summary>
    /// Whether objects that run pods must stay healthy for a while (<see cref="HealthOptions.SettleTime"/>) to count. Default: true; false for
    /// what was not changed, and so was healthy before.
    /// </summary>
    public bool MustSettle { get; init; } = true;

    /// <summary>The keys of the objects that are known to be healthy, so that nobody looks at them again. Default: none.</summary>
    public IReadOnlySet<string> Healthy { get; init; } = new HashSet<string>();

    /// <summary>What objects of the group must have besides, to count as healthy. Default: nothing.</summary>
    public IReadOnlyList<ReadyRule> ReadyWhen { get; init; } = [];
}
