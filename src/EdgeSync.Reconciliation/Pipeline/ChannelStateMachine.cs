using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Walks one channel's target through the steps, and is the only place that commits what comes of it. Each step is durable before the next begins: what is
/// committed is never done again, and what was under way at a power cut starts again from its beginning, which is safe for every step. Used by one caller at
/// a time.
/// </summary>
internal sealed class ChannelStateMachine(
    ChannelJournal journal, PipelineSteps steps, ActivationWatch watch, SiteWait siteWait, ISiteTrust trust, TimeProvider time, ILogger logger)
{
    private readonly WayBack _wayBack = new(journal, trust, time);
    private readonly ReleasePoll _poll = new(journal, steps, trust);

    /// <summary>The durable record as it is now. Safe to read from any thread.</summary>
    public ChannelRecord Record => journal.Record;

    /// <summary>When a release that waits for the site is tried again.</summary>
    public SiteWait SiteWait => siteWait;

    /// <summary>Raised when somebody misses content of what is live or on its way.</summary>
    public RecheckSignal Recheck => watch.Recheck;

    /// <summary>Awaited before a release changes the cluster; not for one that is only fetched, waits or is refused.</summary>
    public Func<Task> BeforeChange { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs at the same time as the given task, which fetches and stages and commits nothing; returns when that task has ended.</summary>
    public Func<Task, CancellationToken, Task> DuringStaging { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>When the gate may open by itself, or null.</summary>
    public DateTimeOffset? WaitingUntil { get; private set; }

    /// <summary>Whether an activation was left half done for a newer release; what is live must then be applied again before it is left alone.</summary>
    public bool IsLiveUncertain { get; set; }

    /// <summary>Why today's trust would not accept what is live, or null. Safe to read from any thread.</summary>
    public Failure? Distrust => steps.Recall.Live is { } live && live.Summary == Record.LastGood?.Summary ? live.Distrust : null;

    /// <summary>Whether content of what is live is known to be missing. Safe to read from any thread.</summary>
    public bool IsContentMissing => steps.Recall.Live?.MissingContent is not null;

    /// <summary>Discovers: true where a new release was accepted.</summary>
    public async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        if (await _poll.RunAsync(cancellationToken) is not { } before)
        {
            return false;
        }

        siteWait.End();
        IsLiveUncertain |= before.Progress == TargetProgress.Activating;
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
        while (Record.IsUnderWay && WaitingUntil is null && await siteWait.IsOverAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Commit(record => SiteTransitions.QuarantineFound(record, _wayBack, time.GetUtcNow()));
            if (Record is { IsTargetRefused: true, Refused.Reason: ReasonCodes.Quarantined })
            {
                return;
            }

            if (Record.Progress >= TargetProgress.Activating)
            {
                await BeforeChange();
            }

            // A proof of an older trust, as before a revocation, is made again.
            staged = staged?.Trust == trust.Generation ? staged : null;
            switch (Record.Progress)
            {
                case TargetProgress.Received:
                    staged = await StageAsync(cancellationToken);
                    break;
                case TargetProgress.Staged:
                    staged = await PassGateAsync(staged, cancellationToken);
                    break;
                case TargetProgress.Activating:
                    await ActivateAsync(staged, cancellationToken);
                    break;
                case TargetProgress.Healthy:
                    await PruneAsync(cancellationToken);
                    break;
                case TargetProgress.RollingBack:
                    await RollBackAsync(cancellationToken);
                    break;
            }

            if (Record.IsTargetRefused)
            {
                return;
            }
        }
    }

    /// <summary>The bundle that should be live (last-good); null where there is none, or a change is under way.</summary>
    public async Task<LiveBundle?> GetLiveAsync(CancellationToken cancellationToken)
    {
        if (IsLiveUncertain)
        {
            _wayBack.GiveUpRevoked();
        }

        return Record.LastGood is { } good && !(Record.IsUnderWay && Record.Progress >= TargetProgress.Activating)
            ? await RecallLiveAsync(good, cancellationToken)
            : null;
    }

    /// <summary>Fetches missing content of what is live again.</summary>
    public Task FetchLiveAgainAsync(CancellationToken cancellationToken)
    {
        ForgetLive();
        return RecallLiveAsync(Record.LastGood!, cancellationToken);
    }

    /// <summary>Makes the next step check the content of what is live again.</summary>
    public void ForgetLive() => steps.Recall.Forget();

    /// <summary>What is live was applied and is healthy: acknowledges what had drifted, and that last-good recovered where it had not been healthy.</summary>
    public void Confirm(LiveBundle live, ActivationOutcome.Healthy outcome, TimeSpan duration)
    {
        Commit(record => Transitions.Repaired(record, live, outcome, duration));
        Commit(record => Transitions.Recovered(record, live, time.GetUtcNow()));
    }

    private async Task<Staging> StageAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        Staging staged;
        try
        {
            var staging = steps.Prepare.RunAsync(Record.Target!, isNew: true, cancellationToken);
            await Task.WhenAll(staging, DuringStaging(staging, cancellationToken));
            staged = await staging;
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
            staged = proof ?? await steps.Prepare.RunAsync(Record.Target!, isNew: false, cancellationToken);
        }
        catch (EdgeSyncException failure) when (Preparation.IsDistrust(failure))
        {
            // The policy has changed since the target was staged.
            Refuse(Failure.From(failure), PipelineStage.Verify);
            throw;
        }

        switch (steps.Gate.Run(staged.Bundle, Record))
        {
            case GateDecision.Wait wait:
                WaitingUntil = wait.Until ?? DateTimeOffset.MaxValue;
                Commit(record => Transitions.Waiting(record, staged.Bundle, wait, time.GetUtcNow()));
                break;

            case GateDecision.Closed closed:
                Refuse(new Failure(closed.Reason, closed.Message, "Publish a new release."), PipelineStage.Gate);
                break;

            default:
                // What the site does not let begin changes nothing, and what runs is kept as before.
                var (change, waiting) = await steps.Apply.TryAsync(staged.Bundle, cancellationToken);
                if (waiting is not null)
                {
                    WaitForSite(waiting);
                    break;
                }

                staged = staged with { Change = change };
                Commit(record => Transitions.Activating(record, staged.Bundle, time.GetUtcNow()));
                break;
        }

        return staged;
    }

    private async Task ActivateAsync(Staging? proof, CancellationToken cancellationToken)
    {
        Staging staged;
        try
        {
            staged = proof ?? await steps.Prepare.RunAsync(Record.Target!, isNew: false, cancellationToken);
        }
        catch (EdgeSyncException failure) when (Preparation.IsDistrust(failure))
        {
            // The policy has changed since the activation began, and the activation may be half done: it must not stay so.
            Fail(Failure.From(failure));
            return;
        }

        ForgetLive();
        var target = Record.Target!;
        var started = time.GetTimestamp();
        var outcome = await steps.Gate.RunUnlessHeldAsync(Record, () => steps.ActivationLock.RunAsync(
            () => steps.Apply.RunAsync(staged.Bundle, ActivationKind.Change, WaitForEndAsync, cancellationToken, staged.Change), cancellationToken));
        switch (outcome)
        {
            case ActivationOutcome.Healthy healthy:
                IsLiveUncertain = false;
                Commit(record => Transitions.Healthy(record, target, staged.Bundle, healthy, time.GetElapsedTime(started), time.GetUtcNow()));
                steps.Recall.Adopt(new LiveBundle(staged.Bundle), staged.Trust);
                break;

            case ActivationOutcome.Failed failed when Record.Target == target:
                Fail(failed.Failure);
                break;

            case ActivationOutcome.Waiting waiting when Record.Target == target:
                WaitForSite(waiting);
                break;

            default:
                IsLiveUncertain = true;
                logger.LogSuperseded(Record.Channel, staged.Bundle.Summary.Digest);
                break;
        }
    }

    private Task<bool> WaitForEndAsync(CancellationToken cancellationToken) => watch.WaitForEndAsync(
        PollAsync, token => steps.Gate.WaitForHoldAsync(Record.Channel, token), token => steps.Prepare.RunAsync(Record.Target!, isNew: false, token), cancellationToken);

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var live = await RecallLiveAsync(Record.LastGood!, cancellationToken);
        var pruned = await steps.Prune.RunAsync(live, cancellationToken);
        Commit(record => Transitions.Complete(record, pruned));
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        if (_wayBack.FindObstacle() is { } revoked)
        {
            Commit(record => Transitions.RollBackRevoked(record, revoked, time.GetUtcNow()));
            return;
        }

        var good = await RecallLiveAsync(Record.LastGood!, cancellationToken);
        var started = time.GetTimestamp();
        var (complaint, fingerprint) = await steps.RollBack.RunAsync(good, token => watch.KeepContentAsync(FetchLiveAgainAsync, token), cancellationToken);
        Commit(record => Transitions.RolledBack(record, good, complaint, fingerprint, time.GetElapsedTime(started), time.GetUtcNow()));
    }

    private async Task<LiveBundle> RecallLiveAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        var live = await steps.Recall.RunAsync(good, cancellationToken);
        Commit(record => Transitions.TrustChanged(record, live));
        return live;
    }

    private void Refuse(Failure failure, PipelineStage stage) => Commit(record => Transitions.Refused(record, failure, stage, time.GetUtcNow()));

    private void Fail(Failure failure) => Commit(record => Transitions.Failed(record, failure, _wayBack.FindObstacle(), time.GetUtcNow()));

    private void WaitForSite(ActivationOutcome.Waiting waiting)
    {
        siteWait.Begin(waiting.Failure.Reason, waiting.HasGone);
        Commit(record => SiteTransitions.Waiting(record, waiting.Failure, time.GetUtcNow()));
    }

    private void Commit(Func<ChannelRecord, Transition?> make) => journal.Commit(make);
}
