using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Walks one channel's target through the steps, and is the only place that commits what comes of it. Each step is durable before the next begins: what is
/// committed is never done again, and what was under way at a power cut starts again from its beginning, which is safe for every step. Used by the follower
/// alone; the keeper uses <see cref="Live"/>.
/// </summary>
internal sealed class ChannelStateMachine(
    ChannelJournal journal, PipelineSteps steps, ChannelTurn turn, ActivationWatch watch, SiteWait siteWait, ISiteTrust trust, TimeProvider time, ILogger logger)
{
    private readonly WayBack _wayBack = new(journal, trust, time);
    private readonly ReleasePoll _poll = new(journal, steps, trust);

    // The target that has passed the gate in this run, and for which nothing was tried yet.
    private ReleaseCopy? _passed;

    /// <summary>The durable record as it is now. Safe to read from any thread.</summary>
    public ChannelRecord Record => journal.Record;

    /// <summary>When a release that waits for the site is tried again.</summary>
    public SiteWait SiteWait => siteWait;

    /// <summary>Raised when somebody misses content of what is live or on its way.</summary>
    public RecheckSignal Recheck => watch.Recheck;

    /// <summary>When the gate may open by itself, or null.</summary>
    public DateTimeOffset? WaitingUntil { get; private set; }

    /// <summary>What is live, for the loop that keeps it.</summary>
    public LiveState Live { get; } = new(journal, steps.Recall, new WayBack(journal, trust, time), time);

    /// <summary>Discovers: true where a new release was accepted.</summary>
    public async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        // What becomes of a change that is half done is decided before the keeper sees that another release took its place.
        using var following = Record.IsChanging ? await turn.FollowAsync(cancellationToken) : null;
        return await DiscoverAsync(cancellationToken);
    }

    private async Task<bool> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (await _poll.RunAsync(cancellationToken) is not { } before)
        {
            return false;
        }

        siteWait.End();
        Live.IsUncertain |= before.Progress == TargetProgress.Activating;
        if (before.Progress is TargetProgress.Activating or TargetProgress.RollingBack)
        {
            _wayBack.GiveUpRevoked();
        }

        WaitingUntil = null;
        return true;
    }

    /// <summary>Notices whether the channel is fresh, and reports it once where it no longer is.</summary>
    public void CheckFreshness() => Commit(record => FreshnessCheck.Run(record, time.GetUtcNow()));

    /// <summary>
    /// Walks the target as far as it can go now. Raises an <see cref="EdgeSyncException"/> when a registry, the runtime or the cluster does not answer;
    /// call it again later.
    /// </summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        WaitingUntil = null;
        Staging? staged = null; // what this walk has proved
        while (Record.IsUnderWay && WaitingUntil is null && (steps.Gate.IsLate(Record) || await siteWait.IsOverAsync(cancellationToken)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Commit(record => SiteTransitions.QuarantineFound(record, _wayBack, time.GetUtcNow()));
            if (Record is { IsTargetRefused: true, Refused.Reason: ReasonCodes.Quarantined })
            {
                return;
            }

            using var following = Record.IsChanging ? await turn.FollowAsync(cancellationToken) : null;

            // A proof of an older trust, as before a revocation, is made again.
            staged = staged?.Trust == trust.Generation ? staged : null;
            try
            {
                staged = await StepAsync(staged, cancellationToken);
            }
            catch (GateWaitException closed)
            {
                WaitFor(closed.Wait, PipelineStage.Fetch);
            }
            catch (EdgeSyncException failure) when (failure.Reason == ReasonCodes.SiteValueInvalid && Record.Progress <= TargetProgress.Activating)
            {
                WaitForSite(new ActivationOutcome.Waiting(Failure.From(failure)));
            }

            if (Record.IsTargetRefused)
            {
                return;
            }
        }
    }

    // The next step of the target; gives what this walk has proved.
    private async Task<Staging?> StepAsync(Staging? staged, CancellationToken cancellationToken)
    {
        switch (Record.Progress)
        {
            case TargetProgress.Received:
                return await StageAsync(cancellationToken);
            case TargetProgress.Staged:
                return await PassGateAsync(staged, cancellationToken);
            case TargetProgress.Activating:
                return await ActivateAsync(staged, cancellationToken);
            case TargetProgress.Healthy:
                await PruneAsync(staged?.Unwanted, cancellationToken);
                break;
            case TargetProgress.RollingBack:
                await new RollBackWalk(journal, steps, Live, _wayBack, watch, time).RunAsync(staged, Attempt, cancellationToken);
                break;
        }

        return staged;
    }

    private async Task<Staging> StageAsync(CancellationToken cancellationToken)
    {
        Commit(record => steps.Windows.FindDownloadObstacle() is null ? Transitions.WindowOpened(record, time.GetUtcNow()) : null);
        var started = time.GetTimestamp();
        Staging staged;
        try
        {
            staged = await steps.Prepare.RunAsync(Record.Target!, PreparedFor.Staging, cancellationToken);
            await steps.Prune.CheckAsync(staged.Bundle, cancellationToken);
        }
        catch (EdgeSyncException failure) when (Preparation.IsRefusal(failure))
        {
            Refuse(Failure.From(failure), PipelineStage.Verify);
            throw;
        }

        Commit(record => Transitions.Staged(record, staged.Bundle, time.GetElapsedTime(started), time.GetUtcNow()));
        return staged;
    }

    private async Task<Staging> PassGateAsync(Staging? proof, CancellationToken cancellationToken)
    {
        Staging staged;
        try
        {
            staged = proof ?? await steps.Prepare.RunAsync(Record.Target!, PreparedFor.Gate, cancellationToken);
        }
        catch (EdgeSyncException failure) when (Preparation.IsDistrust(failure))
        {
            // The policy has changed since the target was staged.
            Refuse(Failure.From(failure), PipelineStage.Verify);
            throw;
        }

        switch (await steps.Gate.RunAsync(staged.Bundle, Record, cancellationToken))
        {
            case GateDecision.Wait wait:
                WaitFor(wait, PipelineStage.Gate);
                break;

            case GateDecision.Closed closed:
                Refuse(new Failure(closed.Reason, closed.Message, "Publish a new release."), PipelineStage.Gate);
                break;

            default:
                // What the site does not let begin changes nothing, and what runs is kept as before.
                var (change, obstacle) = await new BeginWalk(journal, steps, time).RunAsync(staged.Bundle, WaitForEndAsync, cancellationToken);
                staged = staged with { Change = change };
                _passed = Record.Progress == TargetProgress.Activating ? Record.Target : null;
                if (obstacle is ActivationOutcome.Waiting waiting)
                {
                    WaitForSite(waiting);
                }
                else if (obstacle is ActivationOutcome.Failed failed)
                {
                    Fail(failed.Failure);
                }

                break;
        }

        return staged;
    }

    private async Task<Staging?> ActivateAsync(Staging? proof, CancellationToken cancellationToken)
    {
        Staging staged;
        try
        {
            staged = proof ?? await steps.Prepare.RunAsync(Record.Target!, PreparedFor.Change, cancellationToken);
        }
        catch (EdgeSyncException failure) when (Preparation.IsDistrust(failure))
        {
            // The policy has changed since the activation began, and the activation may be half done: it must not stay so.
            Fail(Failure.From(failure));
            return null;
        }

        Live.Forget();
        var target = Record.Target!;
        var isFirstTry = _passed == target;
        _passed = null;
        var started = time.GetTimestamp();
        var outcome = await steps.Gate.RunUnlessHeldAsync(Record, () => steps.ActivationLock.RunAsync(
            async () =>
            {
                // Another channel may have changed the cluster for long, and nothing is written yet.
                if (isFirstTry && await steps.Gate.FindObstacleAsync(staged.Bundle, Record, cancellationToken) is { } missed)
                {
                    return new ActivationOutcome.Postponed(missed);
                }

                started = time.GetTimestamp();
                return await steps.Hooks.ActivateAsync(staged.Bundle, ActivationKind.Change, Attempt, WaitForEndAsync, cancellationToken, staged.Change);
            },
            cancellationToken));
        switch (outcome)
        {
            case ActivationOutcome.Healthy healthy:
                Live.IsUncertain = false;
                Commit(record => Transitions.Healthy(record, target, staged.Bundle, healthy, time.GetElapsedTime(started), time.GetUtcNow()));
                steps.Recall.Adopt(new LiveBundle(staged.Bundle), staged.Trust);
                if (isFirstTry)
                {
                    steps.Times.Add(PipelineStage.Confirm, started);
                }

                return staged with { Unwanted = healthy.Unwanted };

            case ActivationOutcome.Postponed { Wait: var wait }:
                WaitFor(wait, record => Transitions.Postponed(record, wait, time.GetUtcNow()));
                break;

            case ActivationOutcome.Failed failed when Record.Target == target:
                Fail(failed.Failure);
                break;

            case ActivationOutcome.Waiting waiting when Record.Target == target:
                WaitForSite(waiting);
                break;

            default:
                Live.IsUncertain = true;
                logger.LogSuperseded(Record.Channel, staged.Bundle.Summary.Digest);
                break;
        }

        return staged;
    }

    private Task<bool> WaitForEndAsync(CancellationToken cancellationToken) => watch.WaitForEndAsync(
        DiscoverAsync, token => steps.Gate.WaitForStopAsync(() => Record, token), token => steps.Prepare.RunAsync(Record.Target!, PreparedFor.Change, token), cancellationToken);

    private async Task PruneAsync(PrunePlan? unwanted, CancellationToken cancellationToken)
    {
        var live = await Live.RecallAsync(Record.LastGood!, cancellationToken);
        var pruned = await steps.Prune.RunAsync(live, unwanted, cancellationToken);
        var areLeft = await steps.Snapshots.CleanAsync(live, Record, cancellationToken);
        Commit(record => Transitions.Complete(record with { HasSnapshots = areLeft }, pruned));
    }

    private HookAttempt Attempt => new(
        Record.Attempt ?? "", token => watch.KeepContentAsync(again => steps.Prepare.RunAsync(Record.Target!, PreparedFor.Change, again), token));

    private void Refuse(Failure failure, PipelineStage stage) => Commit(record => Transitions.Refused(record, failure, stage, time.GetUtcNow()));

    private void Fail(Failure failure) => Commit(record => Transitions.Failed(record, failure, _wayBack.FindObstacle(), time.GetUtcNow()));

    private void WaitFor(GateDecision.Wait wait, PipelineStage stage) => WaitFor(wait, record => Transitions.Waiting(record, stage, wait, time.GetUtcNow()));

    private void WaitFor(GateDecision.Wait wait, Func<ChannelRecord, Transition?> make)
    {
        WaitingUntil = wait.Until ?? DateTimeOffset.MaxValue;
        Commit(make);
    }

    private void WaitForSite(ActivationOutcome.Waiting waiting)
    {
        siteWait.Begin(
            waiting.Failure.Reason,
            waiting.Failure.Reason == ReasonCodes.ClusterReplaced ? _ => Task.FromResult(Record.Rebuild is not { Waiting: not null }) : waiting.HasGone);
        Commit(record => SiteTransitions.Waiting(record, waiting.Failure, time.GetUtcNow()));
    }

    private void Commit(Func<ChannelRecord, Transition?> make) => journal.Commit(make);
}
