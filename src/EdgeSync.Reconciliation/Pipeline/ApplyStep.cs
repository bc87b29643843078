using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
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
    ICluster cluster, ConfirmStep confirm, SitePatience patience, IProgress<PipelineProgress> progress, TimeProvider monotonic, PipelineMetrics metrics)
{
    /// <summary>
    /// Begins a change and tries all of the bundle by dry run; nothing is written. What stands against it is waiting where it is of the site, and failed where it is of the
    /// bundle, which applying it finds too. <paramref name="mustBeSure"/>: what the cluster may refuse only because it has just started is tried again.
    /// </summary>
    public async Task<(IClusterChange Change, ActivationOutcome? Obstacle)> TryAsync(DesiredState bundle, bool mustBeSure, CancellationToken cancellationToken)
    {
        var change = cluster.Begin(bundle);
        IReadOnlyList<ObjectChange> refusals = [];
        try
        {
            await patience.RunAsync(
                async token => Check(refusals = FindRefusals(await change.TryAsync(token)), mustBeSure), newer: null, cancellationToken);
            return (change, refusals.Count == 0 ? null : Refuse("", refusals));
        }
        catch (EdgeSyncException failure) when (IsOfTheSite(failure))
        {
            return (change, WaitFor(change, failure));
        }
        catch (KubernetesApiException failure)
        {
            return (change, refusals.Count > 0 ? Refuse("", refusals) : new ActivationOutcome.Failed(Failure.From(failure)));
        }
    }

    /// <summary>
    /// Writes the bundle, with a change that <see cref="TryAsync"/> has just begun or with a new one. Raises an <see cref="EdgeSyncException"/> while the
    /// cluster does not answer. <paramref name="newerCame"/> runs during the waits, and ends them by returning true; a write that has begun is completed
    /// first.
    /// </summary>
    public async Task<ActivationOutcome> RunAsync(
        DesiredState bundle,
        ActivationKind kind,
        Func<CancellationToken, Task<bool>> newerCame,
        CancellationToken cancellationToken,
        IClusterChange? begun = null)
    {
        var change = begun ?? cluster.Begin(bundle);
        var outcome = await RunAsync(
            change,
            new ComponentRollout(bundle.Channel.Name, bundle.Content.Components, bundle.Channel.HealthDeadline, kind, monotonic),
            newerCame,
            cancellationToken);

        // After a change, what the bundle no longer has is still to be pruned.
        return outcome is ActivationOutcome.Healthy healthy ? await InspectAsync(healthy, change, bundle, others: kind != ActivationKind.Change, cancellationToken) : outcome;
    }

    /// <summary>Writes single objects of what is live that drifted, and nothing else. Tries nothing again: the caller knows when.</summary>
    public async Task<RestoreResult> RestoreAsync(LiveBundle live, IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken)
    {
        var result = await cluster.Begin(live).RestoreAsync(drifted, cancellationToken);
        metrics.AddChanges(live.Channel.Name, result.Objects.Select(restore => restore.Change).OfType<ObjectChange>());
        return result;
    }

    /// <summary>
    /// Waits until what <see cref="RestoreAsync"/> has changed is healthy. <paramref name="fingerprint"/> is that of what is live then; where it is not
    /// known (null), all of the bundle is compared.
    /// </summary>
    public async Task<ActivationOutcome> ConfirmAsync(
        LiveBundle live, IReadOnlyList<ObjectChange> changed, Digest? fingerprint, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        var rollout = new ComponentRollout(live.Channel.Name, live.Content.Components, live.Channel.HealthDeadline, ActivationKind.Repair, monotonic);
        rollout.Restored(changed, live.Channel.Namespace);
        var change = cluster.Begin(live);
        var outcome = changed.Count == 0 ? new ActivationOutcome.Healthy([]) : await RunAsync(change, rollout, newerCame, cancellationToken);
        return outcome is not ActivationOutcome.Healthy healthy ? outcome
            : fingerprint is null ? await InspectAsync(healthy, change, live, others: true, cancellationToken)
            : healthy with { Fingerprint = fingerprint };
    }

    private static async Task<ActivationOutcome.Healthy> InspectAsync(
        ActivationOutcome.Healthy healthy, IClusterChange change, DesiredState bundle, bool others, CancellationToken cancellationToken)
    {
        var (deviations, plan) = await change.InspectAsync(cancellationToken);
        var fingerprint = LiveFingerprint.With(bundle.Fingerprint, deviations);
        return healthy with { Fingerprint = others ? LiveFingerprint.With(fingerprint, LiveFingerprint.LinesOf(plan)) : fingerprint, Unwanted = plan };
    }

    internal async Task<ActivationOutcome> RunAsync(
        IClusterChange change, ComponentRollout rollout, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool>? newer = null;
        Task<bool> WatchForNewer() => newer ??= newerCame(ending.Token);
        try
        {
            while (true)
            {
                if (rollout.TakeReady() is { Count: > 0 } ready && await ApplyAsync(change, rollout, ready, WatchForNewer, cancellationToken) is { } refused)
                {
                    return LastingEffects.AddTo(refused, rollout);
                }

                if (await confirm.RunAsync(change, rollout, WatchForNewer(), ending) is { } outcome)
                {
                    return LastingEffects.AddTo(outcome, rollout);
                }
            }
        }
        catch (EdgeSyncException failure) when (IsOfTheSite(failure))
        {
            return newer is { IsCompletedSuccessfully: true } && await newer ? new ActivationOutcome.Superseded(rollout.Changed) : WaitFor(change, failure);
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
    /// What the cluster refused because of the bundle. Raises a <see cref="SiteException"/> where all that it did not take is the site's fault.
    /// </summary>
    internal static IReadOnlyList<ObjectChange> FindRefusals(ApplyResult result)
    {
        var failures = result.Failures;
        var ofTheSite = failures.Where(failure => IsOfTheSite(failure.Failure!)).ToList();
        return ofTheSite.Count == 0 || ofTheSite.Count < failures.Count
            ? [.. failures.Except(ofTheSite)]
            : throw new SiteException(
                ofTheSite[0].Failure!,
                ConfirmStep.Join("the cluster does not take", ofTheSite.Select(failure => failure.Failure!.Message))) { Refused = ofTheSite[0].Id };
    }

    internal static bool IsOfTheSite(EdgeSyncException failure) =>
        failure is SiteException || ReasonTable.Find(failure.Reason) switch
        {
            { Kind: var kind } => kind != ReasonKind.Bundle,
            null => failure.Disposition != Disposition.Stalled,
        };

    // The check costs one request: the refused object alone, by dry run.
    internal static ActivationOutcome.Waiting WaitFor(IClusterChange change, EdgeSyncException failure) => new(Failure.From(failure))
    {
        HasGone = failure is SiteException { Refused: { } refused }
            && failure.Reason is ApiReasons.ClusterForbidden or ApiReasons.ClusterUnauthorized or ApiReasons.QuotaExceeded or ApiReasons.AdmissionUnavailable or ApiReasons.FieldConflict
                ? async token => (await change.TryAgainAsync(refused, token))?.Reason != failure.Reason
                : null,
    };

    // An API server that has just started does not serve every kind at once, and another channel may bring the namespace.
    private static bool Check(IReadOnlyList<ObjectChange> refusals, bool mustBeSure) =>
        !mustBeSure || refusals.Count == 0 || !refusals.All(refusal => MayBeTooEarly(refusal.Failure!)) ? true : throw refusals[0].Failure!;

    private static bool MayBeTooEarly(EdgeSyncException failure) => failure.Reason is ApiReasons.KindUnknown or ApiReasons.NamespaceMissing;

    private async Task<ActivationOutcome?> ApplyAsync(
        IClusterChange change,
        ComponentRollout rollout,
        IReadOnlyList<BundleComponent> ready,
        Func<Task<bool>> newer,
        CancellationToken cancellationToken)
    {
        var (changed, refusals) = await WriteAsync(change, rollout.Channel, ready, newer, cancellationToken);
        if (refusals.Count > 0)
        {
            rollout.Refused(changed);
            return Refuse(rollout.NameOf(ready) is { } name ? $"component {name}: " : "", refusals);
        }

        rollout.Applied(ready, change, changed);
        return null;
    }

    /// <summary>
    /// Writes these components, as often as it takes within a pass, and gives what changed and what the cluster refused because of the bundle. Raises a
    /// <see cref="SiteException"/> where all that it did not take is the site's fault.
    /// </summary>
    internal async Task<(IReadOnlyList<ObjectChange> Changed, IReadOnlyList<ObjectChange> Refusals)> WriteAsync(
        IClusterChange change, string channel, IReadOnlyList<BundleComponent> ready, Func<Task<bool>>? newer, CancellationToken cancellationToken)
    {
        var counter = new ObjectCounter(channel, ready.Sum(component => component.Objects.Count), progress);
        var changed = new Dictionary<string, ObjectChange>(StringComparer.Ordinal);
        IReadOnlyList<ObjectChange> refusals = [];
        try
        {
            await patience.RunAsync(WriteAsync, newer, cancellationToken);
        }
        catch (KubernetesApiException failure) when (refusals.Count > 0 && MayBeTooEarly(failure))
        {
            // Looked at for some seconds: it is meant.
        }

        return ([.. changed.Values], refusals);

        async Task<bool> WriteAsync(CancellationToken token)
        {
            var result = await change.ApplyAsync(ready, counter, token);
            metrics.AddChanges(channel, result.Changes);
            foreach (var done in result.Changes.Where(IsChange))
            {
                changed[done.Id.Key] = done;
            }

            refusals = FindRefusals(result);
            return Check(refusals, mustBeSure: true);
        }
    }

    /// <summary>The failure of a bundle of which the cluster refused objects; <paramref name="prefix"/> says which part of it.</summary>
    internal static ActivationOutcome.Failed Refuse(string prefix, IReadOnlyList<ObjectChange> refusals) => new(new Failure(
        ReasonCodes.ApplyRejected,
        ConfirmStep.Join($"{prefix}the cluster refused", refusals.Select(refusal => $"{refusal.Id}: {refusal.Failure!.Message}")),
        refusals.Select(refusal => refusal.Failure!.Hint).FirstOrDefault(hint => hint is not null) ?? "Mend the manifests and release again."));

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

        /// <summary>Who had changed an object before it was repaired, and how; null where nobody knows.</summary>
        public Func<ObjectId, string?> FindAuthor { get; init; } = _ => null;

        /// <summary>The fingerprint of what is live now; null where nobody looked.</summary>
        public Digest? Fingerprint { get; init; }

        /// <summary>What the cluster has and the bundle does not; null where nobody looked.</summary>
        public PrunePlan? Unwanted { get; init; }
    }

    /// <summary>It did not work.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(Failure Failure) : ActivationOutcome;

    /// <summary>The site does not let it go on now; nothing is wrong with the bundle.</summary>
    /// <param name="Failure">What the site does not let go on, and why.</param>
    public sealed record Waiting(Failure Failure) : ActivationOutcome
    {
        /// <summary>Finds out at little cost whether the cause has gone; null where only another try can tell.</summary>
        public Func<CancellationToken, Task<bool>>? HasGone { get; init; }
    }

    /// <summary>Nothing was written: the window has closed since the gate was passed.</summary>
    /// <param name="Wait">What it waits for.</param>
    public sealed record Postponed(GateDecision.Wait Wait) : ActivationOutcome;

    /// <summary>
    /// Something newer came during the wait, and whether this would have become healthy no longer matters now; or somebody holds changes, and it has to wait.
    /// </summary>
    /// <param name="Changed">What applying had changed.</param>
    public sealed record Superseded(IReadOnlyList<ObjectChange> Changed) : ActivationOutcome;
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
