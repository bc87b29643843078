using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Step 9, where a release failed. Applies last-good again and deletes what the failed bundle added, except its data.</summary>
internal sealed class RollBackStep(ApplyStep apply, PruneStep prune, ActivationLock activationLock, IProgress<PipelineProgress> progress)
{
    /// <summary>
    /// Why last-good is not healthy either (null where it is), and the fingerprint of what is live then. <paramref name="meanwhile"/> runs during the wait for health. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> while the cluster does not answer.
    /// </summary>
    public Task<(Failure? Complaint, Digest Fingerprint)> RunAsync(LiveBundle good, Func<CancellationToken, Task<bool>> meanwhile, CancellationToken cancellationToken)
    {
        progress.Report(new PipelineProgress(
            good.Channel.Name, PipelineStage.Rollback, $"going back to {good.Summary.Name} {good.Summary.Version}"));
        return activationLock.RunAsync(
            async () =>
            {
                var outcome = await apply.RunAsync(good, ActivationKind.Change, meanwhile, cancellationToken);
                if (outcome is ActivationOutcome.Waiting { Failure: var site })
                {
                    // Last-good is not written whole yet: the rollback goes on when the site lets it.
                    throw new ReconciliationException(site.Reason, $"cannot go back to last-good yet: {site.Message}") { Hint = site.Hint };
                }

                var healthy = outcome as ActivationOutcome.Healthy;
                var pruned = await prune.DeleteAddedAsync(good, healthy?.Unwanted, cancellationToken);
                var live = healthy?.Fingerprint ?? good.Fingerprint;
                return ((outcome as ActivationOutcome.Failed)?.Failure, LiveFingerprint.With(live, pruned.LeftOver));
            },
            cancellationToken);
    }
}
