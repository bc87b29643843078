using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 8. Deletes what the cluster has from this channel and the healthy bundle does not. Before a bundle counts as staged, the same plan is checked
/// against the site's prune policy, so that a bundle that would delete too much changes nothing at all.
/// </summary>
internal sealed class PruneStep(
    ICluster cluster, IMirrorPublisher mirror, PrunePolicy policy, ObjectClaims claims, SitePatience patience, PipelineMetrics metrics)
{
    /// <summary>
    /// Raises a stalled <see cref="ReconciliationException"/> where activating the bundle would delete more than the policy and the release allow, take
    /// objects from another channel, or bring what a tenant may not bring.
    /// </summary>
    public async Task CheckAsync(StagedBundle bundle, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(bundle, cancellationToken);
        IEnumerable<ObjectId> besides =
        [
            .. (bundle.Content.Metadata.Snapshots ?? []).Select(request => request.IdOf(bundle.Channel.Namespace)),
            .. bundle.Content.Content.Checks.Select(check => check.Job.Id with { Namespace = check.Job.Namespace ?? bundle.Channel.Namespace }),
        ];
        if (bundle.Channel.Tenant is { } tenant && tenant.FindObjections(plan.Wanted).Concat(tenant.FindObjections([.. besides])).ToList() is { Count: > 0 } excess)
        {
            throw new ReconciliationException(
                ReasonCodes.TenantLimitExceeded, ConfirmStep.Join($"the channel {bundle.Channel.Name} may not bring this bundle:", excess))
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Summary.Digest.ToString(),
                Hint = "Take these objects out of the bundle, or widen the channel's 'tenant' limits at the site.",
            };
        }

        List<string> others =
        [
            .. plan.OfOthers.Select(other => $"{other.Id} of the inventory {other.Set}"),
            .. plan.OfOthers.Count > 0 ? [] : claims.TryClaim(bundle.Channel.Name, plan.Wanted).Select(other => $"{other.Id} of the channel {other.Channel}"),
        ];
        if (others.Count > 0)
        {
            throw new ReconciliationException(
                ReasonCodes.ObjectOfAnotherChannel,
                ConfirmStep.Join($"the channel {bundle.Channel.Name} may not take over", others))
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Summary.Digest.ToString(),
                Hint = "Only one channel of a site can have an object: take it out of one of the two bundles. Once the other channel's release without it is live, this one is accepted.",
            };
        }

        if (!bundle.Release.AllowDestructive && policy.Objections(plan, LimitsOf(bundle.Release)) is { Count: > 0 } objections)
        {
            throw new ReconciliationException(ReasonCodes.DestructiveChange, string.Join("; ", objections))
            {
                Disposition = Disposition.Stalled,
                Subject = bundle.Summary.Digest.ToString(),
                Hint = bundle.Channel.Tag is null
                    ? HintFor(plan)
                    : "A plain tag cannot allow it. Delete the objects by hand, raise 'prune.maxShare' at the site, or publish a signed release with --allow-prune.",
            };
        }
    }

    /// <summary>
    /// Prunes cluster, mirror and cache after the bundle became healthy; <paramref name="unwanted"/> is what the cluster has besides, or null where nobody has
    /// just looked.
    /// </summary>
    public async Task<PruneOutcome> RunAsync(LiveBundle live, PrunePlan? unwanted, CancellationToken cancellationToken)
    {
        var pruned = await DeleteAsync(live, unwanted, live.Release.AllowDestructive, LimitsOf(live.Release), cancellationToken);
        claims.Release(live.Channel.Name);
        await mirror.KeepAsync(live.Channel.Name, [live.Summary.Digest], cancellationToken);
        return pruned;
    }

    /// <summary>After a rollback: everything that the failed bundle added goes, except its data.</summary>
    public async Task<PruneOutcome> DeleteAddedAsync(LiveBundle live, PrunePlan? unwanted, CancellationToken cancellationToken)
    {
        var pruned = await DeleteAsync(live, unwanted, allowDestructive: false, allowed: [], cancellationToken);
        claims.Release(live.Channel.Name);
        return pruned;
    }

    private async Task<PruneOutcome> DeleteAsync(
        LiveBundle live, PrunePlan? unwanted, bool allowDestructive, IReadOnlyList<PruneLimit> allowed, CancellationToken cancellationToken)
    {
        var plan = unwanted ?? await PlanAsync(live, cancellationToken);
        var all = LiveFingerprint.LinesOf(plan);
        if (!allowDestructive)
        {
            plan = plan with { Candidates = [.. plan.Candidates.Except(PrunePolicy.Protected(plan, allowed))] };
        }

        var deleted = new Dictionary<string, ObjectChange>(StringComparer.Ordinal);
        IReadOnlyList<ObjectChange> held = [];
        await patience.RunAsync(
            async token =>
            {
                var result = await cluster.PruneAsync(live, plan, token);
                metrics.AddChanges(live.Channel.Name, result.Changes);
                foreach (var gone in result.Changes.Where(change => change.Action == ChangeAction.Deleted))
                {
                    deleted[gone.Id.Key] = gone;
                }

                held = [.. result.Changes.Where(change => change.Action == ChangeAction.Terminating)];
                return ApplyStep.FindRefusals(result);
            },
            newer: null,
            cancellationToken);
        return new PruneOutcome([.. deleted.Values], [.. all.Except(deleted.Keys, StringComparer.Ordinal)])
        {
            Remark = held.Count == 0 ? null : ConfirmStep.Join("deleted and still there:", held.Select(change => change.Failure!.Message)),
        };
    }

    private static IReadOnlyList<PruneLimit> LimitsOf(ReleaseRecord release) =>
        [.. release.AllowPrune?.Select(allowance => new PruneLimit(allowance.Kinds, allowance.Max)) ?? []];

    private string HintFor(PrunePlan plan)
    {
        var flags = policy.NeededFor(plan).Select(limit => string.Create(CultureInfo.InvariantCulture, $"--allow-prune {string.Join(',', limit.Kinds)}={limit.Max}"));
        return plan.Request.Objects.Count > 0
            ? $"If this is meant, publish the release again with '{string.Join(' ', flags)}'; '--allow-destructive' lifts every limit."
            : "If this is meant, publish the release again with '--allow-destructive'.";
    }

    private Task<PrunePlan> PlanAsync(DesiredState bundle, CancellationToken cancellationToken) =>
        patience.RunAsync(token => cluster.PlanPruneAsync(bundle, token), newer: null, cancellationToken);
}

/// <summary>What a prune did.</summary>
/// <param name="Deleted">What was deleted from the cluster.</param>
/// <param name="LeftOver">The keys of the objects that the bundle no longer has and that stay.</param>
internal sealed record PruneOutcome(IReadOnlyList<ObjectChange> Deleted, IReadOnlyList<string> LeftOver)
{
    /// <summary>Which deleted objects something keeps from going, and what, in words; or null.</summary>
    public string? Remark { get; init; }
}
