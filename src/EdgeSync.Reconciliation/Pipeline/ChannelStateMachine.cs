using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Walks one channel's target through the steps, and is the only place that commits. Each step is durable before the next begins: what is committed is
/// never done again, and what was under way at a power cut starts again from its beginning, which is safe for every step. Used by one caller at a time.
/// </summary>
internal sealed class ChannelStateMachine(
    ChannelRecord record, PipelineSteps steps, ActivationWatch watch, ISiteTrust trust, TimeProvider time, ILogger logger)
{
    private volatile ChannelRecord _record = Reconsider(record);
    private long _polledTrust;

    /// <summary>The durable record as it is now. Safe to read from any thread.</summary>
    public ChannelRecord Record => _record;

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
    public Failure? Distrust => steps.Recall.Live is { } live && live.Summary == _record.LastGood?.Summary ? live.Distrust : null;

    /// <summary>Whether content of what is live is known to be missing. Safe to read from any thread.</summary>
    public bool IsContentMissing => steps.Recall.Live?.MissingContent is not null;

    /// <summary>Discovers: true where a new release was accepted.</summary>
    public async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        var generation = trust.Generation;
        if (_polledTrust != generation)
        {
            _polledTrust = generation;
            _record = Reconsider(_record);
        }

        var before = _record;
        var discovery = await steps.Discover.RunAsync(before, cancellationToken);
        if (discovery.Transition.Record != before)
        {
            Commit(discovery.Transition);
        }

        if (discovery.Accepted is not { } accepted)
        {
            return false;
        }

        steps.Prepare.Adopt(accepted, generation);
        if (before.Progress is TargetProgress.Activating or TargetProgress.RollingBack)
        {
            GiveUpRevokedLastGood();
        }

        WaitingUntil = null;
        return true;
    }

    /// <summary>Notices whether the channel is fresh, and reports it once where it no longer is.</summary>
    public void CheckFreshness() => Commit(FreshnessCheck.Run(_record, time.GetUtcNow()));

    /// <summary>
    /// Walks the target as far as it can go now. Raises an <see cref="EdgeSyncException"/> when a registry, the runtime or the cluster does not answer;
    /// call it again later.
    /// </summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        WaitingUntil = null;
        Staging? staged = null; // what this walk has proved
        while (_record.IsUnderWay && WaitingUntil is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_record.Progress >= TargetProgress.Activating)
            {
                await BeforeChange();
            }

            // A proof of an older trust, as before a revocation, is made again.
            staged = staged?.Trust == trust.Generation ? staged : null;
            switch (_record.Progress)
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

            if (_record.IsTargetRefused)
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
            GiveUpRevokedLastGood();
        }

        return _record.LastGood is { } good && !(_record.IsUnderWay && _record.Progress >= TargetProgress.Activating)
            ? await RecallLiveAsync(good, cancellationToken)
            : null;
    }

    /// <summary>Fetches missing content of what is live again.</summary>
    public Task FetchLiveAgainAsync(CancellationToken cancellationToken)
    {
        ForgetLive();
        return RecallLiveAsync(_record.LastGood!, cancellationToken);
    }

    /// <summary>Makes the next step check the content of what is live again.</summary>
    public void ForgetLive() => steps.Recall.Forget();

    /// <summary>What is live was applied and is healthy: acknowledges what had drifted, and that last-good recovered where it had not been healthy.</summary>
    public void Confirm(LiveBundle live, ActivationOutcome.Healthy outcome, TimeSpan duration)
    {
        Commit(Transitions.Repaired(_record, live, outcome, duration));
        Commit(Transitions.Recovered(_record, live, time.GetUtcNow()));
    }

    private async Task<Staging> StageAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        Staging staged;
        try
        {
            var staging = steps.Prepare.RunAsync(_record.Target!, isNew: true, cancellationToken);
            await Task.WhenAll(staging, DuringStaging(staging, cancellationToken));
            staged = await staging;
            await steps.Prune.CheckAsync(staged.Bundle, cancellationToken);
        }
        catch (EdgeSyncException failure) when (failure.Disposition == Disposition.Stalled || failure.Reason == ReasonCodes.DigestMismatch)
        {
            Refuse(Failure.From(failure), PipelineStage.Verify);
            throw;
        }

        Commit(Transitions.Staged(_record, staged.Bundle, time.GetElapsedTime(started), time.GetUtcNow()));
        return staged;
    }

    private async Task<Staging> PassGateAsync(Staging? proof, CancellationToken cancellationToken)
    {
        Staging staged;
        try
        {
            staged = proof ?? await steps.Prepare.RunAsync(_record.Target!, isNew: false, cancellationToken);
        }
        catch (EdgeSyncException failure) when (IsDistrust(failure))
        {
            // The policy has changed since the target was staged.
            Refuse(Failure.From(failure), PipelineStage.Verify);
            throw;
        }

        switch (steps.Gate.Run(staged.Bundle, _record))
        {
            case GateDecision.Wait wait:
                WaitingUntil = wait.Until ?? DateTimeOffset.MaxValue;
                Commit(Transitions.Waiting(_record, staged.Bundle, wait, time.GetUtcNow()));
                break;

            case GateDecision.Closed closed:
                Refuse(new Failure(closed.Reason, closed.Message, "Publish a new release."), PipelineStage.Gate);
                break;

            default:
                Commit(Transitions.Activating(_record, staged.Bundle, time.GetUtcNow()));
                break;
        }

        return staged;
    }

    private async Task ActivateAsync(Staging? proof, CancellationToken cancellationToken)
    {
        Staging staged;
        try
        {
            staged = proof ?? await steps.Prepare.RunAsync(_record.Target!, isNew: false, cancellationToken);
        }
        catch (EdgeSyncException failure) when (IsDistrust(failure))
        {
            // The policy has changed since the activation began, and the activation may be half done: it must not stay so.
            Fail(Failure.From(failure));
            return;
        }

        ForgetLive();
        var target = _record.Target!;
        var started = time.GetTimestamp();
        var outcome = await steps.ActivationLock.RunAsync(
            () => steps.Apply.RunAsync(staged.Bundle, ActivationKind.Change, WaitForNewerAsync, cancellationToken), cancellationToken);
        switch (outcome)
        {
            case ActivationOutcome.Healthy healthy:
                IsLiveUncertain = false;
                Commit(Transitions.Healthy(_record, target, staged.Bundle, healthy, time.GetElapsedTime(started), time.GetUtcNow()));
                steps.Recall.Adopt(new LiveBundle(staged.Bundle), staged.Trust);
                break;

            case ActivationOutcome.Failed failed when _record.Target == target:
                Fail(failed.Failure);
                break;

            default:
                IsLiveUncertain = true;
                logger.LogSuperseded(_record.Channel, staged.Bundle.Summary.Digest);
                break;
        }
    }

    private Task<bool> WaitForNewerAsync(CancellationToken cancellationToken) =>
        watch.WaitForNewerAsync(PollAsync, token => steps.Prepare.RunAsync(_record.Target!, isNew: false, token), cancellationToken);

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var live = await RecallLiveAsync(_record.LastGood!, cancellationToken);
        var pruned = await steps.Prune.RunAsync(live, cancellationToken);
        Commit(Transitions.Complete(_record, pruned));
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        if (FindLastGoodRevocation() is { } revoked)
        {
            Commit(Transitions.RollBackRevoked(_record, revoked, time.GetUtcNow()));
            return;
        }

        var good = await RecallLiveAsync(_record.LastGood!, cancellationToken);
        var started = time.GetTimestamp();
        var (complaint, fingerprint) = await steps.RollBack.RunAsync(good, token => watch.KeepContentAsync(FetchLiveAgainAsync, token), cancellationToken);
        Commit(Transitions.RolledBack(_record, good, complaint, fingerprint, time.GetElapsedTime(started), time.GetUtcNow()));
    }

    private async Task<LiveBundle> RecallLiveAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        var live = await steps.Recall.RunAsync(good, cancellationToken);
        Commit(Transitions.TrustChanged(_record, live));
        return live;
    }

    private void Refuse(Failure failure, PipelineStage stage) => Commit(Transitions.Refused(_record, failure, stage, time.GetUtcNow()));

    private void Fail(Failure failure) => Commit(Transitions.Failed(_record, failure, FindLastGoodRevocation(), time.GetUtcNow()));

    // A revoked bundle keeps running while it is live; once something else was begun in its place, it is never written again.
    private Failure? FindLastGoodRevocation() =>
        _record.LastGood is { } good && good.Payload != _record.Target?.Payload && trust.FindRevocation(good.Summary.Digest) is { } revocation
            ? Transitions.NoWayBack(revocation)
            : null;

    private void GiveUpRevokedLastGood() =>
        Commit(FindLastGoodRevocation() is { } revoked ? Transitions.LastGoodRevoked(_record, revoked, time.GetUtcNow()) : null);

    // What was refused or passed over may be accepted under today's configuration and trust: the next poll looks at it again.
    private static ChannelRecord Reconsider(ChannelRecord record) =>
        record.Refused is null && record.ForOthers is null ? record : record with { SeenArtifact = null };

    private static bool IsDistrust(EdgeSyncException failure) => failure is { Disposition: Disposition.Stalled, ExitCode: ExitCodes.NotTrusted };

    private void Commit(Transition? transition) => _record = transition is null ? _record : steps.Acknowledge.Run(transition);
}
