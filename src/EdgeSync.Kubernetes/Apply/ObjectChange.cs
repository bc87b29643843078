using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// What was done with one object; <see cref="Failure"/> is set if and only if the action is <see cref="ChangeAction.Failed"/> or
/// <see cref="ChangeAction.Terminating"/>.
/// </summary>
public sealed record ObjectChange(ObjectId Id, ChangeAction Action, EdgeSyncException? Failure = null)
{
    /// <summary>The fields that were taken from other managers, or left to them, as <see cref="Policy"/> says.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; init; } = [];

    /// <summary>What became of <see cref="Conflicts"/>.</summary>
    public ConflictPolicy Policy { get; init; }

    /// <summary>Whether the API server's answer shows already that the object is healthy, because nothing but its existence counts.</summary>
    public bool IsHealthy { get; init; }

    /// <summary>As kubectl prints it: the object, what was done, and why not.</summary>
    public override string ToString() => Failure is null ? $"{Id}: {Action}" : $"{Id}: {Action}: {Failure.Message}";
}
