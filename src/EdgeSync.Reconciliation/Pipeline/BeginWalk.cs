using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Takes a target that has passed the gate to the first write: a trial, the snapshots of its volumes, and the commit that it is being activated. Used by
/// <see cref="ChannelStateMachine"/> alone.
/// </summary>
internal sealed class BeginWalk(ChannelJournal journal, PipelineSteps steps, TimeProvider time)
{
    /// <summary>
    /// The change that was tried, and why it does not go on: waiting where nothing has begun, failed where the cluster refused the bundle, null where the activation has
    /// begun or something newer came. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> while the cluster does not answer.
    /// </summary>
    public async Task<(IClusterChange Change, ActivationOutcome? Obstacle)> RunAsync(
        StagedBundle bundle, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        var target = journal.Record.Target!;
        var areSnapshotsDue = SnapshotStep.AreDue(bundle, journal.Record);
        var (change, obstacle) = await steps.Apply.TryAsync(bundle, mustBeSure: areSnapshotsDue, cancellationToken);
        if (obstacle is ActivationOutcome.Waiting)
        {
            return (change, obstacle);
        }

        // Snapshots come before all that changes anything, hooks too. A bundle that the cluster refuses anyway needs none, and its failure must restore nothing.
        IReadOnlyList<SnapshotNote>? taken = null;
        if (areSnapshotsDue && obstacle is null)
        {
            journal.Commit(record => SnapshotTransitions.Begun(record, bundle, time.GetUtcNow()));
            (taken, var waiting) = await steps.Snapshots.TakeAsync(bundle, journal.Record, newerCame, cancellationToken);
            if (taken is null || journal.Record.Target != target)
            {
                journal.Commit(SnapshotTransitions.GivenUp);
                return (change, journal.Record.Target == target ? waiting : null);
            }
        }

        journal.Commit(record => Transitions.Activating(record, bundle, taken, time.GetUtcNow()));
        return (change, areSnapshotsDue ? obstacle : null);
    }
}
