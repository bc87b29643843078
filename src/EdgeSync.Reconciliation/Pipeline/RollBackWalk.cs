using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Takes the site back to last-good after its target has failed, and commits that. Used by <see cref="ChannelStateMachine"/> alone.</summary>
internal sealed class RollBackWalk(ChannelJournal journal, PipelineSteps steps, LiveState live, WayBack wayBack, ActivationWatch watch, TimeProvider time)
{
    /// <summary>
    /// Undoes what the hooks of the failed target did, gives volumes the content of their snapshots back where the bundle asked for it, and writes last-good back. Raises an <see cref="EdgeSyncException"/> while the cluster does not answer;
    /// call it again later.
    /// </summary>
    public async Task RunAsync(Staging? failed, HookAttempt attempt, CancellationToken cancellationToken)
    {
        if (wayBack.FindObstacle() is { } revoked)
        {
            journal.Commit(record => Transitions.RollBackRevoked(record, revoked, time.GetUtcNow()));
            return;
        }

        if (journal.Record.IsUndoDue)
        {
            await UndoAsync(failed, attempt, cancellationToken);
        }

        var lastGood = journal.Record.LastGood!;
        var good = await live.RecallAsync(lastGood, cancellationToken);
        if (journal.Record.Snapshots is { } notes && notes.Any(note => note is { Restore: true, Name: not null }))
        {
            var words = await steps.ActivationLock.RunAsync(() => steps.Snapshots.RestoreAsync(good, notes, cancellationToken), cancellationToken);
            journal.Commit(record => SnapshotTransitions.Restored(record, words));
        }

        var started = time.GetTimestamp();
        var (complaint, fingerprint) = await steps.RollBack.RunAsync(
            good, token => watch.KeepContentAsync(lost => steps.Recall.RunAgainAsync(lastGood, lost), token), cancellationToken);
        journal.Commit(record => Transitions.RolledBack(record, good, complaint, fingerprint, time.GetElapsedTime(started), time.GetUtcNow()));
        if (complaint is null)
        {
            steps.Times.Add(PipelineStage.Rollback, started);
        }
    }

    // Before last-good is written back: what it brings must not meet data that the failed bundle has changed.
    private async Task UndoAsync(Staging? proof, HookAttempt attempt, CancellationToken cancellationToken)
    {
        string words;
        try
        {
            var failed = proof ?? await steps.Prepare.RunAsync(journal.Record.Target!, PreparedFor.Change, cancellationToken);
            words = await steps.ActivationLock.RunAsync(() => steps.Hooks.UndoAsync(failed.Bundle, attempt, cancellationToken), cancellationToken);
        }
        catch (EdgeSyncException failure) when (!ApiReasons.IsOfTheControlPlane(failure.Reason))
        {
            words = $"its on-rollback hooks did not run: {failure.Message}";
        }

        journal.Commit(record => Transitions.Undone(record, words));
    }
}
