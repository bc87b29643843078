using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 6. Writes a bundle to the cluster, each component as soon as those that it depends on are healthy. Between components, and after the last,
/// <see cref="ConfirmStep"/> waits for health.
/// </summary>
internal sealed class ApplyStep(
    ICluster cluster, ConfirmStep confirm, IProgress<PipelineProgress> progress, TimeProvider monotonic, PipelineMetrics metrics)
{
    /// <summary>
    /// Raises an <see cref="EdgeSyncException"/> while the cluster does not answer. <paramref name="newerCame"/> runs during the wait for health, and
    /// ends the wait by returning true; a write that has begun is completed first.
    /// </summary>
    public async Task<ActivationOutcome> RunAsync(
        DesiredState bundle, ActivationKind kind, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(
            cluster.Begin(bundle),
            new ComponentRollout(bundle.Channel.Name, bundle.Content.Components, bundle.Channel.HealthDeadline, kind, monotonic),
            newerCame,
            cancellationToken);

        // After a change, what the bundle no longer has is still to be pruned.
        return outcome is ActivationOutcome.Healthy healthy
            ? healthy with { Fingerprint = await new LiveFingerprint(cluster).TakeAsync(bundle, others: kind != ActivationKind.Change, cancellationToken) }
            : outcome;
    }

    internal async Task<ActivationOutcome> RunAsync(
        IClusterChange change, ComponentRollout rollout, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool>? newer = null;
        try
        {
            while (true)
            {
                if (rollout.TakeReady() is { Count: > 0 } ready && await ApplyAsync(change, rollout, ready, cancellationToken) is { } refused)
                {
                    return refused;
                }

                newer ??= newerCame(ending.Token);
                if (await confirm.RunAsync(change, rollout, newer, ending) is { } outcome)
                {
                    return outcome;
                }
            }
        }
        finally
        {
            if (newer is not null)
            {
                await ending.CancelAsync();
                await newer.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>
    /// Raises where the cluster did not take everything for a reason that may pass, as when the connection broke; that is no fault of the bundle.
    /// Returns what the cluster refused for good.
    /// </summary>
    internal static IReadOnlyList<ObjectChange> FindRefusals(ApplyResult result) =>
        result.Failures is { Count: > 0 } failures && result.Disposition != Disposition.Stalled
            ? throw new ReconciliationException(
                failures[0].Failure!.Reason, $"the cluster did not take everything: {failures[0]}", failures[0].Failure)
            : result.Failures;

    private async Task<ActivationOutcome?> ApplyAsync(
        IClusterChange change, ComponentRollout rollout, IReadOnlyList<BundleComponent> ready, CancellationToken cancellationToken)
    {
        var counter = new ObjectCounter(rollout.Channel, ready.Sum(component => component.Objects.Count), progress);
        var result = await change.ApplyAsync(ready, counter, cancellationToken);
        metrics.AddChanges(rollout.Channel, result.Changes);
        if (FindRefusals(result) is { Count: > 0 } refusals)
        {
            var component = rollout.NameOf(ready) is { } name ? $"component {name}: " : "";
            return new ActivationOutcome.Failed(new Failure(
                ReasonCodes.ApplyRejected,
                ConfirmStep.Join($"{component}the cluster refused", refusals.Select(refusal => $"{refusal.Id}: {refusal.Failure!.Message}")),
                refusals.Select(refusal => refusal.Failure!.Hint).FirstOrDefault(hint => hint is not null) ?? "Mend the manifests and release again."));
        }

        rollout.Applied(ready, change, [.. result.Changes.Where(IsChange)]);
        return null;
    }

    private static bool IsChange(ObjectChange change) =>
        change.Action is ChangeAction.Created or ChangeAction.Configured or ChangeAction.Recreated or ChangeAction.Deleted;

    private sealed class ObjectCounter(string channel, int total, IProgress<PipelineProgress> progress) : IProgress<ObjectChange>
    {
        private int _done;

        public void Report(ObjectChange value) => progress.Report(
            new PipelineProgress(channel, PipelineStage.Apply, $"{value.Id} {value.Action}", Interlocked.Increment(ref _done), total));
    }
}

/// <summary>How applying and confirming a bundle ended.</summary>
internal abstract record ActivationOutcome
{
    private ActivationOutcome()
    {
    }

    /// <summary>Every object is healthy.</summary>
    /// <param name="Changed">What applying changed; empty where nothing differed.</param>
    public sealed record Healthy(IReadOnlyList<ObjectChange> Changed) : ActivationOutcome
    {
        /// <summary>Which objects are as far as they can get and not all that their manifests say, in words; or null.</summary>
        public string? Remark { get; init; }

        /// <summary>The fingerprint of what is live now; null where nobody looked.</summary>
        public Digest? Fingerprint { get; init; }
    }

    /// <summary>It did not work.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(Failure Failure) : ActivationOutcome;

    /// <summary>A newer release came during the wait; whether this one would have become healthy no longer matters.</summary>
    public sealed record Superseded : ActivationOutcome;
}

/// <summary>Why a bundle is written to the cluster.</summary>
internal enum ActivationKind
{
    /// <summary>It is new here, or the site rolls back to it: pods must prove that they stay up.</summary>
    Change,

    /// <summary>It is live; objects that did not drift need not prove themselves again.</summary>
    Repair,

    /// <summary>It is live and was not healthy: there is no wait for what is not healthy now, and what is healthy must prove that it stays so.</summary>
    Recheck,
}
