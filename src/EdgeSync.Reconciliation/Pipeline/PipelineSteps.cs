using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>The steps of one channel, in their order.</summary>
internal sealed record PipelineSteps
{
    public required DiscoverStep Discover { get; init; }

    /// <summary>Verify, fetch and stage, one after the other.</summary>
    public required Preparation Prepare { get; init; }

    public required GateStep Gate { get; init; }

    /// <summary>Keeps downloads and activations to their windows.</summary>
    public required WindowGate Windows { get; init; }

    /// <summary>Apply and confirm alternate, component by component.</summary>
    public required ApplyStep Apply { get; init; }

    /// <summary>Runs what a bundle brings for the moments before and after it is applied, around the two.</summary>
    public required HookStep Hooks { get; init; }

    /// <summary>Makes snapshots of volumes before anything is written, and restores them before a rollback writes.</summary>
    public required SnapshotStep Snapshots { get; init; }

    public required PruneStep Prune { get; init; }

    public required RollBackStep RollBack { get; init; }

    /// <summary>Brings back what is live already, for drift repair and rollback.</summary>
    public required RecallStep Recall { get; init; }

    public required ActivationLock ActivationLock { get; init; }

    /// <summary>Measures the steps.</summary>
    public required StageTimes Times { get; init; }
}
