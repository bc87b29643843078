using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The change set of an apply or a prune: one entry for each object, also after a partial failure.</summary>
public sealed record ApplyResult(IReadOnlyList<ObjectChange> Changes)
{
    /// <summary>All failures, in the order of the objects.</summary>
    public IReadOnlyList<ObjectChange> Failures => [.. Changes.Where(change => change.Action == ChangeAction.Failed)];

    /// <summary>Whether nothing failed.</summary>
    public bool IsComplete => Changes.All(change => change.Action is not (ChangeAction.Failed or ChangeAction.Skipped));

    /// <summary>Whether anything in the cluster was changed.</summary>
    public bool HasChanges => Changes.Any(change => change.Action is ChangeAction.Created or ChangeAction.Configured or ChangeAction.Deleted or ChangeAction.Recreated);

    /// <summary>
    /// What the failures together mean for the next try: pointless as soon as one of them is, and transient if there are none.
    /// </summary>
    public Disposition Disposition => Failures.Select(change => change.Failure!.Disposition).DefaultIfEmpty(Disposition.Transient).Max();

    /// <summary>How many objects had this action.</summary>
    public int Count(ChangeAction action) => Changes.Count(change => change.Action == action);
}
