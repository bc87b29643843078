using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 8. Deletes what the cluster has from this channel and the healthy bundle does not. Before a bundle counts as staged, the same plan is checked
/// against the site's prune policy, so that a bundle that would delete too much changes nothing at all.
/// </summary>
internal sealed class PruneStep(ICluster cluster, IMirrorPublisher mirror, PrunePolicy policy, SitePatience patience, PipelineMetrics metrics)
{
    /// <summary>Raises a stalled <see cref="ReconciliationException"/> where activating the bundle would delete more than the policy and the release allow.</summary>
    public async Task CheckAsync(StagedBundle bundle, CancellationToken cancellationToken)
    {
        if (bundle.Release.AllowDestructive)
        {
            return;
        }

        if (policy.Objections(await PlanAsync(bundle, cancellationToken)) is { Count: > 0 } objections)
        {
            throw new ReconciliationException(ReasonCodes.DestructiveChange, string.Join("; ", objections))
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Summary.Digest.ToString(),
                Hint = "If this is meant, publish a release with allowDestructive.",
            };
        }
    }

    /// <summary>Prunes cluster, mirror and cache after the bundle became healthy, and returns what was deleted from the cluster.</summary>
    public async Task<IReadOnlyList<ObjectChange>> RunAsync(LiveBundle live, CancellationToken cancellationToken)
    {
        var deleted = await DeleteAsync(live, live.Release.AllowDestructive, cancellationToken);
        await mirror.KeepAsync(live.Channel.Name, [live.Summary.Digest], cancellationToken);
        return deleted;
    }

    /// <summary>Prunes the cluster alone. What the policy protects stays unless <paramref name="allowDestructive"/> is true.</summary>
    public async Task<IReadOnlyList<ObjectChange>> DeleteAsync(LiveBundle live, bool allowDestructive, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(live, cancellationToken);
        if (!allowDestructive && policy.Objections(plan).Count > 0)
        {
            // After a rollback: everything that the failed bundle added goes, except its data.
            plan = plan with { Candidates = [.. plan.Candidates.Where(candidate => !PrunePolicy.IsPrecious(candidate.Id))] };
        }

        var deleted = new Dictionary<string, ObjectChange>(StringComparer.Ordinal);
        await patience.RunAsync(
            async token =>
            {
                var result = await cluster.PruneAsync(plan, token);
                metrics.AddChanges(live.Channel.Name, result.Changes);
                foreach (var gone in result.Changes.Where(change => change.Action == ChangeAction.Deleted))
                {
                    deleted[gone.Id.Key] = gone;
                }

                return ApplyStep.FindRefusals(result);
            },
            newer: null,
            cancellationToken);
        return [.. deleted.Values];
    }

    private Task<PrunePlan> PlanAsync(DesiredState bundle, CancellationToken cancellationToken) =>
        patience.RunAsync(token => cluster.PlanPruneAsync(bundle, token), newer: null, cancellationToken);
}
