using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>What an apply and the prune after it would do to the cluster as it is; made by <see cref="ClusterPlanner"/>.</summary>
/// <param name="Changes">
/// One entry for each object in the order of the apply, then one for each object that would be deleted. Refused objects have the action
/// <see cref="ChangeAction.Failed"/>.
/// </param>
/// <param name="Prune">What the prune would delete, for <see cref="PrunePolicy"/>.</param>
public sealed record ClusterPlan(IReadOnlyList<PlannedChange> Changes, PrunePlan Prune)
{
    /// <summary>Why it is not known what the prune would delete, so that <see cref="Prune"/> is empty; or null.</summary>
    public EdgeSyncException? PruneFailure { get; init; }

    /// <summary>Each run of a hook, in the order of the moments, and of the hooks in each.</summary>
    public IReadOnlyList<PlannedHook> Hooks { get; init; } = [];
}

/// <summary>A hook at one of its moments.</summary>
/// <param name="Id">Its Job as the cluster names it.</param>
/// <param name="Moment">The moment.</param>
/// <param name="HasRun">Whether it has ended well for this content already, so that it does not run again.</param>
public sealed record PlannedHook(ObjectId Id, HookMoment Moment, bool HasRun);

/// <summary>What would be done with one object.</summary>
/// <param name="Id">The object as the cluster names it.</param>
/// <param name="Action">What would be done.</param>
public sealed record PlannedChange(ObjectId Id, ChangeAction Action)
{
    /// <summary>The fields that would change; empty where the object would be created or deleted.</summary>
    public IReadOnlyList<PlannedField> Fields { get; init; } = [];

    /// <summary>The fields that another manager owns with another value.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; init; } = [];

    /// <summary>What becomes of <see cref="Conflicts"/>.</summary>
    public ConflictPolicy Policy { get; init; }

    /// <summary>Why the cluster would refuse it; set if and only if the action is <see cref="ChangeAction.Failed"/>.</summary>
    public EdgeSyncException? Failure { get; init; }

    /// <summary>What else people should know, in one sentence; or null.</summary>
    public string? Note { get; init; }
}

/// <summary>One field that would change.</summary>
/// <param name="Path">Its JSON pointer in the object.</param>
/// <param name="Live">Its live value; null where there is none, and where it is masked.</param>
/// <param name="Desired">The value that it would have; null where it would be removed, and where it is masked.</param>
public sealed record PlannedField(string Path, JsonNode? Live, JsonNode? Desired)
{
    /// <summary>Whether the values are secret. They are in no property then.</summary>
    public bool IsMasked { get; init; }

    /// <summary>Whether the field would be added, removed or changed.</summary>
    public required FieldEdit Edit { get; init; }

    /// <summary>Who wrote the live value where that was not EdgeSync, as <c>metadata.managedFields</c> says; or null.</summary>
    public FieldOwner? Owner { get; init; }
}

/// <summary>What would happen to a field.</summary>
public enum FieldEdit
{
    /// <summary>It gets another value.</summary>
    Changed,

    /// <summary>The live object does not have it.</summary>
    Added,

    /// <summary>Only the live object has it.</summary>
    Removed,
}
