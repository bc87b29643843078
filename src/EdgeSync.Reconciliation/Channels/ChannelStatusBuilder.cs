using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>The one place that turns a channel's record, its progress and its trouble into the status that people see.</summary>
public static class ChannelStatusBuilder
{
    /// <summary>What the record alone says, while nobody looks after the channel.</summary>
    public static ChannelStatus LastKnown(ChannelRecord record) => Of(record, progress: null, trouble: null, lastSeen: null);

    internal static ChannelStatus Of(
        ChannelRecord record, PipelineProgress? progress, EdgeSyncException? trouble, DateTimeOffset? lastSeen, Trouble? distrust = null)
    {
        var state = StateOf(record, trouble);
        var (reason, message, hint) = WhyOf(record, state, trouble, progress, distrust);
        return new ChannelStatus
        {
            Channel = record.Channel,
            State = state,
            Stage = progress?.Stage,
            Running = record.LastGood?.Summary,
            Pending = PendingOf(record),
            Reason = reason,
            Message = message,
            Hint = hint,
            LastSeen = lastSeen,
            FrozenSince = record.FrozenSince,
            Since = record.Since,
        };
    }

    private static ChannelState StateOf(ChannelRecord record, EdgeSyncException? trouble) => record switch
    {
        { Refused: not null } => ChannelState.Rejected,
        { Target: null } => ChannelState.Empty,
        { WaitingFor: not null, Progress: TargetProgress.Staged } => ChannelState.Waiting,
        { Progress: TargetProgress.RolledBack, LastGoodTrouble: not null } => ChannelState.Degraded,
        { Progress: TargetProgress.RolledBack } => ChannelState.RolledBack,
        { Progress: TargetProgress.Failed } => ChannelState.Failed,
        { Progress: TargetProgress.Complete } => IsOfTheCluster(trouble) ? ChannelState.Degraded : ChannelState.Healthy,
        _ => ChannelState.Progressing,
    };

    // A registry that does not answer makes nothing unhealthy; a live state that could not be brought back does.
    private static bool IsOfTheCluster(EdgeSyncException? trouble) => trouble is ReconciliationException;

    private static (string? Reason, string? Message, string? Hint) WhyOf(
        ChannelRecord record, ChannelState state, EdgeSyncException? trouble, PipelineProgress? progress, Trouble? distrust) =>
        (state, record.Refused, record.Trouble, trouble) switch
        {
            (ChannelState.Rejected, { } refusal, _, _) => (refusal.Reason, refusal.Message, refusal.Hint),
            (ChannelState.Degraded, _, var why, _) when record.LastGoodTrouble is { } second => (
                second.Reason, why is null ? second.Message : $"{why.Message}; and last-good: {second.Message}", second.Hint),
            (ChannelState.RolledBack or ChannelState.Failed or ChannelState.Waiting, _, { } why, _) => (why.Reason, why.Message, why.Hint),

            // A registry that does not answer does not hide it: a key that was revoked by hand is reported with no network too.
            _ when distrust is not null && !IsOfTheCluster(trouble) => (
                ReasonCodes.NoLongerTrusted, $"what runs is no longer trusted, and runs on: {distrust.Message}", distrust.Hint),
            (_, _, _, { } failure) => (failure.Reason, failure.Message, failure.Hint),
            _ when record.FrozenSince is not null => (ReasonCodes.FreezeSuspected, FreshnessStep.Describe(record), FreshnessStep.Hint),
            _ when progress?.WaitingFor is { } what => (null, $"waiting for {what}", null),
            _ => (null, record.ForOthers is { } sequence ? $"the newest release, {sequence}, is for other sites" : null, null),
        };

    private static AcknowledgedRelease? PendingOf(ChannelRecord record) =>
        record.Refused is { } refusal ? refusal.Release
        : record.Target?.Summary == record.LastGood?.Summary ? null
        : record.Target?.Summary;
}
