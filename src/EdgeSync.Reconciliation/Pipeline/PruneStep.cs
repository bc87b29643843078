using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 8. Deletes what the cluster has from this channel and the healthy bundle does not. Before a bundle counts as staged, the same plan is checked
/// against the site's prune policy, so that a bundle that would delete too much changes nothing at all.
/// </summary>
internal sealed class PruneStep(ICluster cluster, IMirrorPublisher mirror, PrunePolicy policy, PipelineMetrics metrics)
{
    /// <summary>Raises a stalled <see cref="ReconciliationException"/> where activating the bundle would delete more than the policy and the release allow.</summary>
    public async Task CheckAsync(StagedBundle bundle, CancellationToken cancellationToken)
    {
        if (bundle.Release.AllowDestructive)
        {
            return;
        }

        if (policy.Objections(await cluster.PlanPruneAsync(bundle, cancellationToken)) is { Count: > 0 } objections)
        {
            throw new ReconciliationException(ReasonCodes.DestructiveChange, string.Join("; ", objections))
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Summary.Digest.ToString(),
                Hint = "If this is meant, publish a release with allowDestructive.",
            };
        }
    }

    /// <summary>Prunes cluster, mirror and cache after the bundle became healthy.</summary>
    public async Task<PruneOutcome> RunAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        var pruned = await DeleteAsync(live, live.Release.AllowDestructive, cancellationToken);
        await mirror.KeepAsync(live.Channel.Name, [live.Summary.Digest], cancellationToken);
        return pruned;
    }

    /// <summary>Prunes the cluster alone. What the policy protects stays unless <paramref name="allowDestructive"/> is true.</summary>
    public async Task<PruneOutcome> DeleteAsync(LiveBundle live, bool allowDestructive, CancellationToken cancellationToken)
    {
        var plan = await cluster.PlanPruneAsync(live, cancellationToken);
        var unwanted = LiveFingerprint.LinesOf(plan);
        if (!allowDestructive && policy.Objections(plan).Count > 0)
        {
            // After a rollback: everything that the failed bundle added goes, except its data.
            plan = plan with { Candidates = [.. plan.Candidates.Where(candidate => !PrunePolicy.IsPrecious(candidate.Id))] };
        }

        var result = await cluster.PruneAsync(plan, cancellationToken);
        metrics.AddChanges(live.Channel.Name, result.Changes);
        ApplyStep.FindRefusals(result);
        List<ObjectChange> deleted = [.. result.Changes.Where(change => change.Action == ChangeAction.Deleted)];
        return new PruneOutcome(deleted, [.. unwanted.Except(deleted.Select(change => change.Id.Key), StringComparer.Ordinal)]);
    }
}

/// <summary>What a prune did.</summary>
/// <param name="Deleted">What was deleted from the cluster.</param>
/// <param name="LeftOver">The keys of the objects that the bundle no longer has and that stay.</param>
internal sealed record PruneOutcome(IReadOnlyList<ObjectChange> Deleted, IReadOnlyList<string> LeftOver);
