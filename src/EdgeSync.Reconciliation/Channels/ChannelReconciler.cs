using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Takes one channel's release through the pipeline, one durable step at a time: what is committed is never done again, and what was under
/// way at a power cut is done again from its beginning, which is safe for every step. Used by one caller at a time.
/// </summary>
internal sealed partial class ChannelReconciler
{
    private const int QuarantineLength = 20;

    private readonly ChannelSubscription _channel;
    private readonly SitePorts _ports;
    private readonly IProgress<PipelineProgress> _progress;
    private readonly ILogger _logger;
    private readonly DiscoverStep _discover;
    private readonly FreshnessStep _freshness;
    private readonly StageStep _stage;
    private readonly RequirementsStep _requirements;
    private readonly GateStep _gate;
    private readonly ApplyStep _apply;
    private ChannelRecord _record;

    public ChannelReconciler(ChannelSubscription channel, SitePorts ports, IProgress<PipelineProgress> progress, ILogger logger)
    {
        _channel = channel;
        _ports = ports;
        _progress = progress;
        _logger = logger;
        _discover = new DiscoverStep(channel, ports);
        _freshness = new FreshnessStep(ports.Store, ports.Time);
        _stage = new StageStep(channel, ports.Bundles, ports.Shelf, ports.Runtime, ports.Witness, progress);
        _requirements = new RequirementsStep(ports.Cluster, ports.Site);
        _gate = new GateStep(ports.Holds, ports.Time);
        _apply = new ApplyStep(ports.Cluster, progress, ports.Steady);
        _record = ports.Store.Load(channel.Name);
        LookWithFreshEyes();
    }

    /// <summary>The durable record as it is now.</summary>
    public ChannelRecord Record => _record;

    /// <summary>Awaited before a release changes the cluster; not for one that is only fetched, waits or is refused.</summary>
    public Func<Task> BeforeChange { get; init; } = () => Task.CompletedTask;

    /// <summary>When the gate may open by itself, or null.</summary>
    public DateTimeOffset? WaitingUntil { get; private set; }

    /// <summary>Looks at the channel. True where a new release was accepted.</summary>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (_lookedUnder != _ports.Trust.Generation)
        {
            _lookedUnder = _ports.Trust.Generation;
            LookWithFreshEyes();
        }

        var (before, isHalfDone) = (_record.Target, _record.Progress is TargetProgress.Activating or TargetProgress.RollingBack);
        var refusedBefore = _record.Refused;
        var forOthersBefore = _record.ForOthers;
        _record = await _discover.RunAsync(_record, cancellationToken);
        if (_record.Refused is { } refusal && refusal != refusedBefore)
        {
            LogRefused(_channel.Name, refusal.Reason, refusal.Message);
        }

        if (_record.ForOthers is { } sequence && sequence != forOthersBefore)
        {
            LogForOthers(_channel.Name, sequence);
        }

        if (_record.Target == before)
        {
            return false;
        }

        if (isHalfDone)
        {
            GiveUpRevokedLastGood();
        }

        WaitingUntil = null;
        LogReceived(_channel.Name, _record.Target!.Summary.Sequence, _record.Target.Summary.Digest);
        return true;
    }

    /// <summary>Notices whether the channel is fresh; says so once where it is no longer.</summary>
    public void CheckFreshness()
    {
        var before = _record.FrozenSince;
        _record = _freshness.Run(_record);
        if (before is null && _record.FrozenSince is not null)
        {
            LogFrozen(_channel.Name, FreshnessStep.Describe(_record));
        }
    }

    /// <summary>
    /// Goes on with the target until it is done or must wait. Raises an <see cref="EdgeSyncException"/> when a station does not answer: come
    /// again later.
    /// </summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        WaitingUntil = null;
        while (_record.IsUnderWay && WaitingUntil is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_record.Progress >= TargetProgress.Activating)
            {
                await BeforeChange();
            }

            switch (_record.Progress)
            {
                case TargetProgress.Received:
                    await StageAsync(cancellationToken);
                    break;
                case TargetProgress.Staged:
                    await PassGateAsync(cancellationToken);
                    break;
                case TargetProgress.Activating:
                    await ActivateAsync(cancellationToken);
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

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        var started = _ports.Time.GetTimestamp();
        StagedBundle staged;
        try
        {
            staged = await PrepareAsync(_record.Target!, cancellationToken);
            await RefuseDestructionAsync(staged, cancellationToken);
        }
        catch (EdgeSyncException failure) when (IsRefusal(failure))
        {
            Refuse(failure.Reason, failure.Message, failure.Hint, PipelineStage.Verify);
            throw;
        }

        Commit(
            _record with { Progress = TargetProgress.Staged, Refused = _record.IsTargetRefused ? null : _record.Refused, Since = _ports.Time.GetUtcNow() },
            new AcknowledgementDraft(AcknowledgementEvent.Staged, staged.Summary)
            {
                Stage = PipelineStage.Stage,
                Duration = _ports.Time.GetElapsedTime(started),
            });
        LogStaged(_channel.Name, staged.Summary.Digest);
    }

    private async Task RefuseDestructionAsync(StagedBundle staged, CancellationToken cancellationToken)
    {
        if (staged.Release.AllowDestructive)
        {
            return;
        }

        var preview = await _ports.Cluster.PreviewPruneAsync(staged, cancellationToken);
        if (preview.Violation is { } violation)
        {
            throw new ReconciliationException(ReasonCodes.DestructiveChange, violation)
            {
                Disposition = Disposition.Stalled,
                Subject = staged.Summary.Digest.ToString(),
                Hint = "If this is meant, publish a release with allowDestructive.",
            };
        }
    }

    private async Task PassGateAsync(CancellationToken cancellationToken)
    {
        StagedBundle staged;
        try
        {
            staged = await PrepareAsync(_record.Target!, cancellationToken);
        }
        catch (EdgeSyncException failure) when (IsDistrust(failure))
        {
            // Staged under another policy than today's.
            Refuse(failure.Reason, failure.Message, failure.Hint, PipelineStage.Verify);
            throw;
        }

        switch (Distrusting() ?? _gate.Decide(staged.Release, _record))
        {
            case GateDecision.Wait wait:
                WaitingUntil = wait.Until ?? DateTimeOffset.MaxValue;
                if (_record.WaitingFor != wait.Reason || _record.Trouble?.Message != wait.Message)
                {
                    Commit(
                        _record with { WaitingFor = wait.Reason, Trouble = new Trouble(wait.Reason, wait.Message, wait.Hint), Since = _ports.Time.GetUtcNow() },
                        new AcknowledgementDraft(AcknowledgementEvent.Waiting, staged.Summary)
                        {
                            Stage = PipelineStage.Gate,
                            Reason = wait.Reason,
                            Message = wait.Message,
                        });
                    LogWaiting(_channel.Name, wait.Reason, wait.Message);
                }

                break;

            case GateDecision.Closed closed:
                Refuse(closed.Reason, closed.Message, "Publish a new release.", PipelineStage.Gate);
                break;

            default:
                Commit(
                    _record with
                    {
                        Progress = TargetProgress.Activating,
                        WaitingFor = null,
                        Trouble = null,

                        // Refused here by a clock that was put right.
                        Refused = _record.IsTargetRefused ? null : _record.Refused,
                        Since = _ports.Time.GetUtcNow(),
                    },
                    new AcknowledgementDraft(AcknowledgementEvent.Activating, staged.Summary) { Stage = PipelineStage.Apply });
                LogActivating(_channel.Name, staged.Summary.Digest);
                break;
        }
    }

    private void Refuse(string reason, string message, string? hint, PipelineStage stage)
    {
        var target = _record.Target!.Summary;
        var refusal = new Refusal(target.Digest, reason, message, hint, target);
        if (_record.Refused == refusal)
        {
            return;
        }

        Commit(
            _record with { Refused = refusal, Since = _ports.Time.GetUtcNow() },
            new AcknowledgementDraft(AcknowledgementEvent.Rejected, target) { Stage = stage, Reason = reason, Message = message });
        LogRefused(_channel.Name, reason, message);
    }

    private void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        _ports.Store.Commit(record, acknowledgements);
        _record = record;
    }
}
