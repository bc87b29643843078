using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// What the site, or a person at it, means for the channel's record and for the ledger: waits that are not the bundle's fault, and the quarantine. Pure
/// functions like <see cref="Transitions"/>.
/// </summary>
internal static class SiteTransitions
{
    /// <summary>
    /// The site does not let the target begin or go on; null where that is known already. Each reason is acknowledged once: its words may differ with every
    /// try.
    /// </summary>
    public static Transition? Waiting(ChannelRecord record, Failure failure, DateTimeOffset now)
    {
        var isNew = record.WaitingFor != failure.Reason;
        var next = record with { WaitingFor = failure.Reason, Failure = failure, Since = isNew ? now : record.Since };
        if (!isNew)
        {
            // Every try reads other log lines; that alone is no news.
            return record.Failure == failure with { Details = record.Failure?.Details } ? null : new Transition(next);
        }

        var acknowledgement = new AcknowledgementDraft(AcknowledgementEvent.Waiting, record.Target!.Summary)
        {
            Stage = PipelineStage.Apply,
            Reason = failure.Reason,
            Message = failure.Message,
            Details = failure.Details,
        };
        return new Transition(next, acknowledgement) { Log = logger => logger.LogWaiting(record.Channel, failure.Reason, failure.Message) };
    }

    /// <summary>
    /// Somebody lets the bundle be tried again; null where it is not in quarantine. Where it is what failed or was refused last, it is tried now.
    /// </summary>
    public static Transition? Lifted(ChannelRecord record, Digest bundle, string by, DateTimeOffset now)
    {
        if (record.FindQuarantine(bundle) is not { } lifted)
        {
            return null;
        }

        var next = record with { Quarantined = [.. record.Quarantined.Where(other => other.Digest != bundle)] };
        if (record.Refused is { Reason: ReasonCodes.Quarantined } refused && (refused.Artifact == bundle || refused.Release?.Digest == bundle))
        {
            next = next with { Refused = null, SeenArtifact = null, Since = now };
        }

        if (record.Target?.Summary.Digest == bundle && record.Progress is TargetProgress.RolledBack or TargetProgress.Failed)
        {
            next = next with { Progress = TargetProgress.Received, Failure = null, WaitingFor = null, Since = now };
        }

        var message = $"{by} lifted the quarantine of {bundle} on channel {record.Channel}; it had failed with release {lifted.Sequence}: {lifted.Reason}";
        return new Transition(next, new AcknowledgementDraft(AcknowledgementEvent.Released, Release: null)
        {
            Stage = PipelineStage.Gate,
            Reason = ReasonCodes.Quarantined,
            Message = message,
        })
        {
            Log = logger => logger.LogLifted(record.Channel, bundle, by),
        };
    }

    /// <summary>Somebody allows the channel to be written to this cluster, which is another one than before; null where that is allowed already.</summary>
    public static Transition? RebuildAllowed(ChannelRecord record, string cluster, string by, DateTimeOffset now)
    {
        var rebuild = new ClusterRebuild(cluster, Waiting: null);
        return record.Rebuild == rebuild ? null : new Transition(
            record with { Rebuild = rebuild, Since = now },
            new AcknowledgementDraft(AcknowledgementEvent.Released, Release: null)
            {
                Stage = PipelineStage.Gate,
                Reason = ReasonCodes.ClusterReplaced,
                Message = $"{by} allowed channel {record.Channel} to be rebuilt in the cluster {cluster}",
            })
        {
            Log = logger => logger.LogRebuildAllowed(record.Channel, cluster, by),
        };
    }

    /// <summary>Somebody lets a pass begin outside of windows.</summary>
    public static Transition WindowsOverridden(ChannelRecord record, WindowOverride windows) => new(
        record,
        new AcknowledgementDraft(AcknowledgementEvent.Released, Release: null)
        {
            Stage = PipelineStage.Gate,
            Reason = ReasonCodes.WindowClosed,
            Message = $"{windows.By} lets channel {record.Channel} begin outside of its windows once: {windows.Reason}",
        })
    {
        Log = logger => logger.LogWindowsOverridden(record.Channel, windows.By, windows.Reason),
    };

    /// <summary>
    /// The target's bundle is in quarantine, as where an agent accepted it that did not look; null where it is not, or is refused already. What has begun
    /// goes back to last-good.
    /// </summary>
    public static Transition? QuarantineFound(ChannelRecord record, WayBack wayBack, DateTimeOffset now) =>
        (record.FindQuarantine(record.Target!.Summary.Digest)?.Describe(), record.Progress) switch
        {
            ({ } failed, TargetProgress.Received or TargetProgress.Staged) => Transitions.Refused(record, failed, PipelineStage.Gate, now),
            ({ } failed, TargetProgress.Activating) => Transitions.Failed(record, failed, wayBack.FindObstacle(), now),
            _ => null,
        };
}
