using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// What each step's result means for the channel's record and for the ledger. Pure functions: the state machine decides when, <see cref="AcknowledgeStep"/>
/// writes.
/// </summary>
internal static class Transitions
{
    private const int QuarantineLength = 20;

    /// <summary>All of the target is on the site.</summary>
    public static Transition Staged(ChannelRecord record, StagedBundle bundle, TimeSpan duration, DateTimeOffset now) => new(
        record with
        {
            Target = record.Target!.With(bundle.Content.Content.InEffect),
            Progress = TargetProgress.Staged,
            Refused = record.IsTargetRefused ? null : record.Refused,
            WaitingFor = null,
            Failure = null,
            Since = now,
        },
        new AcknowledgementDraft(AcknowledgementEvent.Staged, bundle.Summary) { Stage = PipelineStage.Stage, Duration = duration })
    {
        Log = logger => logger.LogStaged(record.Channel, bundle.Summary.Digest),
    };

    /// <summary>The target has to wait before this stage; null where that is known already.</summary>
    public static Transition? Waiting(ChannelRecord record, PipelineStage stage, GateDecision.Wait wait, DateTimeOffset now) =>
        record.WaitingFor == wait.Reason && record.Failure?.Message == wait.Message
            ? null
            : new Transition(
                record with { WaitingFor = wait.Reason, Failure = new Failure(wait.Reason, wait.Message, wait.Hint), Since = now },
                new AcknowledgementDraft(AcknowledgementEvent.Waiting, record.Target!.Summary)
                {
                    Stage = stage,
                    Reason = wait.Reason,
                    Message = wait.Message,
                })
            {
                Log = logger => logger.LogWaiting(record.Channel, wait.Reason, wait.Message),
            };

    /// <summary>The window for downloads is open; null where the target did not wait for one.</summary>
    public static Transition? WindowOpened(ChannelRecord record, DateTimeOffset now) =>
        WindowGate.IsReason(record.WaitingFor) ? new Transition(record with { WaitingFor = null, Failure = null, Since = now }) : null;

    /// <summary>
    /// The window or an interlock closed between the gate and the first write, as while another channel changed the cluster: the target is staged as before and waits.
    /// </summary>
    public static Transition? Postponed(ChannelRecord record, GateDecision.Wait wait, DateTimeOffset now) =>
        Waiting(record with { Progress = TargetProgress.Staged, IsUndoDue = false }, PipelineStage.Gate, wait, now);

    /// <summary>The target must not be activated; null where that is known already.</summary>
    public static Transition? Refused(ChannelRecord record, Failure failure, PipelineStage stage, DateTimeOffset now)
    {
        var target = record.Target!.Summary;
        var refusal = new Refusal(target.Digest, failure.Reason, failure.Message, failure.Hint, target);
        return record.Refused == refusal
            ? null
            : new Transition(
                record with { Refused = refusal, Since = now },
                new AcknowledgementDraft(AcknowledgementEvent.Rejected, target) { Stage = stage, Reason = failure.Reason, Message = failure.Message })
            {
                Log = logger => logger.LogRefused(record.Channel, failure.Reason, failure.Message),
            };
    }

    /// <summary>The gate is open: writing to the cluster begins. <paramref name="snapshots"/> were made before; null where the bundle needs none.</summary>
    public static Transition Activating(ChannelRecord record, StagedBundle bundle, IReadOnlyList<SnapshotNote>? snapshots, DateTimeOffset now) => new(
        record with
        {
            Progress = TargetProgress.Activating,
            Attempt = (snapshots is null ? null : record.SnapshotTry?.Attempt) ?? now.ToString("O", CultureInfo.InvariantCulture),
            SnapshotTry = null,
            Snapshots = snapshots,
            IsUndoDue = bundle.Content.Hooks.Any(hook => hook.Moments.Contains(HookMoment.OnRollback)),
            WaitingFor = null,
            Failure = null,

            // A wrong clock refused it; the clock was corrected.
            Refused = record.IsTargetRefused ? null : record.Refused,
            Since = now,
        },
        new AcknowledgementDraft(AcknowledgementEvent.Activating, bundle.Summary) { Stage = PipelineStage.Apply })
    {
        Log = logger => logger.LogActivating(record.Channel, bundle.Summary.Digest),
    };

    /// <summary>
    /// The bundle is healthy and becomes last-good. <paramref name="activated"/> is its release; it is no longer the target where a newer release came
    /// in the same instant.
    /// </summary>
    public static Transition Healthy(
        ChannelRecord record, ReleaseCopy activated, StagedBundle bundle, ActivationOutcome.Healthy outcome, TimeSpan duration, DateTimeOffset now)
    {
        var fingerprint = outcome.Fingerprint ?? bundle.Fingerprint;
        var remarks = string.Join("; ", new[] { outcome.Remark, SnapshotNote.DescribeMissing(record.Snapshots) }.OfType<string>());
        var good = record with
        {
            LastGood = activated.With(bundle.Content.Content.InEffect),
            LastGoodFailure = null,
            Distrusted = null,
            Fingerprint = fingerprint,
            Remark = outcome.Remark,
            RebuildAttempt = null,
            Quarantined = [.. record.Quarantined.Where(other => other.Digest != bundle.Summary.Digest)],
        };
        return new Transition(
            record.Target == activated ? good with { Progress = TargetProgress.Healthy, IsUndoDue = false, Failure = null, WaitingFor = null, Since = now } : good,
            new AcknowledgementDraft(AcknowledgementEvent.Healthy, bundle.Summary)
            {
                Stage = PipelineStage.Confirm,
                Duration = duration,
                Message = remarks.Length == 0 ? null : remarks,
                Fingerprint = fingerprint,
            })
        {
            Log = logger => logger.LogHealthy(record.Channel, bundle.Summary.Digest),
        };
    }

    /// <summary>The target failed. <paramref name="revoked"/>: why the site cannot roll back to last-good, or null.</summary>
    public static Transition Failed(ChannelRecord record, Failure failure, Failure? revoked, DateTimeOffset now)
    {
        var target = record.Target!.Summary;
        var remaining = revoked is null ? record : WithoutLastGood(record);
        var canGoBack = remaining.LastGood is { } good && good.Summary.Digest != target.Digest;
        return new Transition(
            remaining with
            {
                Progress = canGoBack ? TargetProgress.RollingBack : TargetProgress.Failed,
                Failure = revoked is null
                    ? failure with { Hint = Hint(failure, target.Digest), Lasting = Lasting(failure, SnapshotNote.DescribeKept(record.Snapshots, alsoRestored: !canGoBack)) }
                    : revoked with { Message = $"{failure.Message}; and {revoked.Message}", Details = failure.Details },
                WaitingFor = null,
                Quarantined = record.FindQuarantine(target.Digest) is null
                    ? [
                        new Quarantine(target.Digest, target.Sequence, failure.Reason, failure.Message) { Since = now },
                        .. record.Quarantined.Take(QuarantineLength - 1),
                    ]
                    : record.Quarantined,
                Since = now,
            },
            [
                new AcknowledgementDraft(AcknowledgementEvent.Failed, target)
                {
                    Stage = PipelineStage.Confirm,
                    Reason = failure.Reason,
                    Message = failure.Message,
                    Details = failure.Details,
                },
                .. revoked is null ? Array.Empty<AcknowledgementDraft>() : [LastGoodGone(record, revoked)],
            ])
        {
            Log = logger =>
            {
                logger.LogFailed(record.Channel, failure.Reason, failure.Message);
                if (revoked is not null)
                {
                    logger.LogFailed(record.Channel, revoked.Reason, revoked.Message);
                }
            },
        };
    }

    /// <summary>Last-good was revoked while the site rolled back to it: the same as if it had been revoked before.</summary>
    public static Transition RollBackRevoked(ChannelRecord record, Failure revoked, DateTimeOffset now) => new(
        WithoutLastGood(record) with
        {
            Progress = TargetProgress.Failed,
            Failure = revoked with { Message = $"{record.Failure?.Message}; and {revoked.Message}" },
            Since = now,
        },
        LastGoodGone(record, revoked))
    {
        Log = logger => logger.LogFailed(record.Channel, revoked.Reason, revoked.Message),
    };

    /// <summary>Last-good was revoked, and something else was begun in its place: nothing brings it back.</summary>
    public static Transition LastGoodRevoked(ChannelRecord record, Failure revoked, DateTimeOffset now) =>
        new(WithoutLastGood(record) with { Since = now }, LastGoodGone(record, revoked))
        {
            Log = logger => logger.LogFailed(record.Channel, revoked.Reason, revoked.Message),
        };

    /// <summary>The hooks that undo what the target did have ended; <paramref name="words"/> say how.</summary>
    public static Transition Undone(ChannelRecord record, string words) => new(record with
    {
        IsUndoDue = false,
        Failure = record.Failure is { } failure ? failure with { Lasting = Lasting(failure, words) } : null,
    });

    /// <summary>Last-good runs again; <paramref name="complaint"/> is why it is not healthy either, or null.</summary>
    public static Transition RolledBack(ChannelRecord record, LiveBundle good, Failure? complaint, Digest fingerprint, TimeSpan duration, DateTimeOffset now) => new(
        record with
        {
            // Somebody may have lifted the quarantine during the rollback.
            Progress = record.FindQuarantine(record.Target!.Summary.Digest) is null ? TargetProgress.Received : TargetProgress.RolledBack,
            LastGoodFailure = complaint,
            Fingerprint = fingerprint,
            Since = now,
        },
        [
            new AcknowledgementDraft(AcknowledgementEvent.RolledBack, good.Summary)
            {
                Stage = PipelineStage.Rollback,
                Reason = record.Failure?.Reason,
                Message = complaint is null ? record.Failure?.AfterRollback : $"{record.Failure?.AfterRollback}; and last-good: {complaint.Message}",
                Duration = duration,
                Fingerprint = fingerprint,
            },

            // Withdraws the earlier acknowledgement that it was healthy: HQ must not go on believing that the site works.
            .. complaint is null ? Array.Empty<AcknowledgementDraft>() : [new AcknowledgementDraft(AcknowledgementEvent.Failed, good.Summary)
            {
                Stage = PipelineStage.Rollback,
                Reason = complaint.Reason,
                Message = complaint.Message,
                Details = complaint.Details,
            }],
        ])
    {
        Log = logger => logger.LogRolledBack(record.Channel, good.Summary.Digest),
    };

    /// <summary>Pruned: nothing is left to do for the target.</summary>
    public static Transition Complete(ChannelRecord record, PruneOutcome pruned) => new(record with
    {
        Progress = TargetProgress.Complete,
        Remark = pruned.Remark is null ? record.Remark : string.Join("; ", new[] { record.Remark, pruned.Remark }.OfType<string>()),
        Fingerprint = record.Fingerprint is { } fingerprint ? LiveFingerprint.With(fingerprint, pruned.LeftOver) : null,
    })
    {
        Log = logger =>
        {
            foreach (var change in pruned.Deleted)
            {
                logger.LogPruned(record.Channel, change.Id.ToString());
            }

            logger.LogComplete(record.Channel, record.Target!.Summary.Digest);
        },
    };

    /// <summary>What a rollback does not undo, with more words.</summary>
    internal static string? Lasting(Failure failure, string? more) => string.Join("; ", new[] { failure.Lasting, more }.OfType<string>()) is { Length: > 0 } words ? words : null;

    private static string Hint(Failure failure, Digest bundle) =>
        failure.Reason == ReasonCodes.Quarantined ? failure.Hint! : $"{failure.Hint} {Quarantine.HowToLift(bundle)}".TrimStart();

    // A revocation is for ever: only a new release could make this bundle last-good again, and the site would refuse that release.
    private static ChannelRecord WithoutLastGood(ChannelRecord record) =>
        record with { LastGood = null, LastGoodFailure = null, Distrusted = null, Fingerprint = null, Remark = null, RebuildAttempt = null };

    // Withdraws the acknowledgement that it was healthy: what HQ believes to run here does not run, and will not come back.
    private static AcknowledgementDraft LastGoodGone(ChannelRecord record, Failure revoked) => new(AcknowledgementEvent.Failed, record.LastGood!.Summary)
    {
        Stage = PipelineStage.Rollback,
        Reason = revoked.Reason,
        Message = revoked.Message,
    };
}
