using System.Globalization;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Runs the hooks of a release around steps 6 and 7, one after the other. A hook that runs is interrupted by its time limit alone, and not by a newer release or by
/// a hold: what it does to data must not be left half done.
/// </summary>
internal sealed class HookStep(
    ICluster cluster, ApplyStep apply, SitePatience patience, IProgress<PipelineProgress> progress, TimeProvider monotonic, ILogger logger)
{
    /// <summary>
    /// Activates a bundle with its hooks, or rebuilds it in a cluster where they have not run: those before it, the bundle itself as <see cref="ApplyStep"/>
    /// does it, and those after it. Where one of them fails, nothing that comes later happens.
    /// </summary>
    public async Task<ActivationOutcome> ActivateAsync(
        DesiredState bundle,
        ActivationKind kind,
        HookAttempt attempt,
        Func<CancellationToken, Task<bool>> newerCame,
        CancellationToken cancellationToken,
        IClusterChange? begun = null)
    {
        var change = begun ?? cluster.Begin(bundle);
        var done = new List<ObjectChange>();
        var outcome = await RunAsync(change, bundle, HookMoment.PreActivate, attempt, done, cancellationToken)
            ?? await apply.RunAsync(bundle, kind, newerCame, cancellationToken, change);
        if (outcome is ActivationOutcome.Healthy)
        {
            outcome = await RunAsync(change, bundle, HookMoment.PostActivate, attempt, done, cancellationToken) ?? outcome;
        }

        return LastingEffects.AddTo(outcome, done);
    }

    /// <summary>
    /// Applies what is live. Its hooks have run long ago, except where <paramref name="rebuild"/> is an attempt at rebuilding it in another cluster: what they
    /// prepared there is lost as well.
    /// </summary>
    public Task<ActivationOutcome> RepairAsync(
        LiveBundle live, ActivationKind kind, string? rebuild, Func<CancellationToken, Task<bool>> newerCame, CancellationToken cancellationToken) =>
        kind == ActivationKind.Repair && rebuild is not null
            ? ActivateAsync(live, kind, new HookAttempt(rebuild, _ => Task.FromResult(false)), newerCame, cancellationToken)
            : apply.RunAsync(live, kind, newerCame, cancellationToken);

    /// <summary>
    /// Runs the hooks that undo what a failed bundle did, and says how that went. Their failure does not keep the site from going back. Raises an
    /// <see cref="EdgeSyncException"/> while the cluster does not answer.
    /// </summary>
    public async Task<string> UndoAsync(StagedBundle failed, HookAttempt attempt, CancellationToken cancellationToken)
    {
        var change = cluster.BeginHooks(failed, failed.Content.Content.FindNeeds(HookMoment.OnRollback, failed.Channel.Namespace));
        return await RunAsync(change, failed, HookMoment.OnRollback, attempt, [], cancellationToken) switch
        {
            null => "its on-rollback hooks ran",
            ActivationOutcome.Failed { Failure: var failure } => failure.Message,
            ActivationOutcome.Waiting { Failure: var site } when !ApiReasons.IsOfTheControlPlane(site.Reason) => $"its on-rollback hooks did not end: {site.Message}",
            ActivationOutcome.Waiting { Failure: var site } => throw new ReconciliationException(site.Reason, $"cannot run the on-rollback hooks yet: {site.Message}") { Hint = site.Hint },
            _ => throw new InvalidOperationException("hooks end well, fail or wait for the site"),
        };
    }

    // Null where all have ended well.
    private async Task<ActivationOutcome?> RunAsync(
        IClusterChange change, DesiredState bundle, HookMoment moment, HookAttempt attempt, List<ObjectChange> done, CancellationToken cancellationToken)
    {
        var hooks = bundle.Content.Hooks.Where(hook => hook.Moments.Contains(moment)).ToList();
        if (hooks.Count == 0)
        {
            return null;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var meanwhile = attempt.Meanwhile(ending.Token);
        try
        {
            var refused = await ApplyNeedsAsync(change, bundle, moment, done, cancellationToken);
            foreach (var hook in refused is null ? hooks : [])
            {
                var run = new Run(change, hook, moment, attempt.Id, bundle.Channel);
                if (await RunOneAsync(run, done, cancellationToken) is { } outcome)
                {
                    return outcome;
                }
            }

            return refused;
        }
        catch (EdgeSyncException failure) when (ApplyStep.IsOfTheSite(failure))
        {
            return ApplyStep.WaitFor(change, failure);
        }
        finally
        {
            await ending.CancelAsync();
            await meanwhile.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    // After an activation everything is there already.
    private async Task<ActivationOutcome?> ApplyNeedsAsync(
        IClusterChange change, DesiredState bundle, HookMoment moment, List<ObjectChange> done, CancellationToken cancellationToken)
    {
        if (moment == HookMoment.PostActivate)
        {
            return null;
        }

        var needs = new BundleComponent("hooks", Namespace: null, bundle.Content.Content.FindNeeds(moment, bundle.Channel.Namespace));
        var (changed, refusals) = await apply.WriteAsync(change, bundle.Channel.Name, [needs], newer: null, cancellationToken);
        done.AddRange(changed);
        return refusals.Count == 0 ? null : ApplyStep.Refuse($"what the {moment.Name()} hooks need: ", refusals);
    }

    private async Task<ActivationOutcome?> RunOneAsync(Run run, List<ObjectChange> done, CancellationToken cancellationToken)
    {
        ObjectChange? started = null;
        var refusals = await patience.RunAsync(
            async token =>
            {
                started = await run.Change.StartHookAsync(run.Hook, run.Moment, run.Attempt, token);
                return ApplyStep.FindRefusals(new ApplyResult(started is null ? [] : [started]));
            },
            newer: null,
            cancellationToken);
        if (started is null)
        {
            return null;
        }

        var what = Hook.Describe(run.Moment, started.Id);
        if (refusals.Count > 0)
        {
            return ApplyStep.Refuse($"the {what} cannot be started: ", refusals);
        }

        // Also where a try before a restart has started it: a rollback does not undo it either way.
        done.Add(started with { Action = ChangeAction.Created });
        logger.LogHookStarted(run.Channel.Name, what);
        var outcome = await AwaitAsync(run, started.Id, what, cancellationToken);
        logger.LogHookEnded(run.Channel.Name, what, outcome is null ? "well" : "not well");
        return outcome;
    }

    private async Task<ActivationOutcome?> AwaitAsync(Run run, ObjectId id, string what, CancellationToken cancellationToken)
    {
        var limit = run.Hook.Timeout ?? run.Channel.HealthDeadline;
        var group = new HealthGroup(what, [id], monotonic.GetUtcNow() + limit) { MustSettle = false };
        var health = await run.Change.AwaitHealthAsync([group], healthy => healthy.Count > 0, new HookProgress(run, what, progress), cancellationToken);
        switch (health)
        {
            case HealthOutcome.Healthy:
                var problem = await patience.RunAsync(token => run.Change.FinishHookAsync(run.Hook, run.Moment, run.Attempt, token), newer: null, cancellationToken);
                return problem is null ? null : new ActivationOutcome.Failed(Failed($"the {what} failed: {problem}"));

            case HealthOutcome.TimedOut { Missing: [{ SiteReason: { } reason } kept, ..] }:
                return new ActivationOutcome.Waiting(new Failure(
                    reason, $"the site does not let the {what} run: {kept.Message}", ReasonTable.Find(reason)?.Person));

            case HealthOutcome.Failed { Reasons: var reasons }:
                return await EndAsync(run, reasons, Failed(ConfirmStep.Join($"the {what} failed:", reasons.Select(reason => reason.Message))), cancellationToken);

            case HealthOutcome.TimedOut { Missing: var missing }:
                return await EndAsync(run, missing, new Failure(
                    ReasonCodes.HookDeadlineExceeded,
                    ConfirmStep.Join(string.Create(CultureInfo.InvariantCulture, $"the {what} did not end within {limit.TotalSeconds:0} s and was stopped:"), missing.Select(late => late.Message)),
                    $"If it only needs longer, give the Job the annotation '{Hook.TimeoutAnnotation}'."), cancellationToken);

            default:
                throw new InvalidOperationException("a hook ends well, fails or is late");
        }
    }

    // Its pods still have their logs before it is stopped.
    private static async Task<ActivationOutcome> EndAsync(Run run, IReadOnlyList<ObjectHealth> unhealthy, Failure failure, CancellationToken cancellationToken)
    {
        var details = await run.Change.ExplainAsync(unhealthy, cancellationToken);
        await run.Change.StopHookAsync(run.Hook, cancellationToken);
        return new ActivationOutcome.Failed(details.Count > 0 ? failure with { Details = details } : failure);
    }

    private static Failure Failed(string message) => new(ReasonCodes.HookFailed, message, "Look at the log of the Job's pods; correct the bundle and release again.");

    private sealed record Run(IClusterChange Change, Hook Hook, HookMoment Moment, string Attempt, ChannelSubscription Channel);

    private sealed class HookProgress(Run run, string what, IProgress<PipelineProgress> progress) : IProgress<ObjectHealth>
    {
        public void Report(ObjectHealth value) => progress.Report(new PipelineProgress(
            run.Channel.Name, run.Moment == HookMoment.OnRollback ? PipelineStage.Rollback : PipelineStage.Apply, $"{what}: {value.Message}") { WaitingFor = $"the {what}" });
    }
}

/// <summary>One attempt at activating a bundle, and at undoing it where it fails.</summary>
/// <param name="Id">The same text for the whole attempt, also after a restart.</param>
/// <param name="Meanwhile">What runs while a hook does, until it is cancelled.</param>
internal sealed record HookAttempt(string Id, Func<CancellationToken, Task<bool>> Meanwhile);
