using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Oci;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>The only place that turns a channel's record, progress and failure into the status that people see.</summary>
public static class ChannelStatusBuilder
{
    /// <summary>The status by the record alone, while no agent runs.</summary>
    public static ChannelStatus LastKnown(ChannelRecord record, DateTimeOffset? now = null) =>
        Of(record, progress: null, failure: null, lastSeen: null, now: now);

    internal static ChannelStatus Of(
        ChannelRecord record,
        PipelineProgress? progress,
        EdgeSyncException? failure,
        DateTimeOffset? lastSeen,
        Failure? distrust = null,
        DateTimeOffset? now = null)
    {
        var state = StateOf(record, failure);
        var (reason, message, hint) = WhyOf(record, state, failure, progress, distrust) is { Reason: { } } why
            ? why
            : record.Missing is { } missing ? (RegistryReasons.NotFound, Describe(record, missing, now), missing.Hint)
            : ExplainQuiet(record, state, progress, lastSeen);
        return new ChannelStatus
        {
            Channel = record.Channel,
            State = state,
            Stage = progress?.Stage,
            Running = record.LastGood?.Summary,
            Pending = PendingOf(record),
            IsBegun = state == ChannelState.Waiting && record.Progress == TargetProgress.Activating,
            Reason = reason,
            Message = message,
            Hint = hint,
            Details = state is ChannelState.Waiting or ChannelState.RolledBack or ChannelState.Failed or ChannelState.Degraded
                ? record.LastGoodFailure?.Details ?? record.Failure?.Details
                : null,
            LastSeen = lastSeen,
            FrozenSince = record.FrozenSince,
            Tag = record.Tag?.Reference,
            Since = record.Since,
        };
    }

    private static ChannelState StateOf(ChannelRecord record, EdgeSyncException? failure) => record switch
    {
        // Nothing of the channel runs.
        { Rebuild.Waiting: not null, IsUnderWay: false } => ChannelState.Degraded,
        { Refused: not null } => ChannelState.Rejected,
        { Target: null } => ChannelState.Empty,
        { WaitingFor: not null, Progress: TargetProgress.Received or TargetProgress.Staged or TargetProgress.Activating } => ChannelState.Waiting,
        { Progress: TargetProgress.RolledBack, LastGoodFailure: not null } => ChannelState.Degraded,
        { Progress: TargetProgress.RolledBack } => ChannelState.RolledBack,
        { Progress: TargetProgress.Failed } => ChannelState.Failed,
        { Progress: TargetProgress.Complete } => IsOfTheCluster(failure) ? ChannelState.Degraded : ChannelState.Healthy,
        _ => ChannelState.Progressing,
    };

    // The site is not unhealthy because a registry or the API server does not answer; it is where the live state could not be repaired.
    private static bool IsOfTheCluster(EdgeSyncException? failure) => failure is ReconciliationException && !ApiReasons.IsOfTheControlPlane(failure.Reason);

    private static (string? Reason, string? Message, string? Hint) WhyOf(
        ChannelRecord record, ChannelState state, EdgeSyncException? failure, PipelineProgress? progress, Failure? distrust) =>
        (state, record.Refused, record.Failure, failure) switch
        {
            _ when record.Rebuild?.Waiting is { } cluster && state != ChannelState.Rejected => (cluster.Reason, cluster.Message, cluster.Hint),
            (ChannelState.Rejected, { } refusal, _, _) => (refusal.Reason, refusal.Message, refusal.Hint),
            (ChannelState.Degraded, _, var why, _) when record.LastGoodFailure is { } second => (
                second.Reason, why is null ? second.Message : $"{why.AfterRollback}; and last-good: {second.Message}", second.Hint),
            (ChannelState.RolledBack, _, { } why, _) => (why.Reason, why.AfterRollback, why.Hint),
            (ChannelState.Failed or ChannelState.Waiting, _, { } why, _) => (why.Reason, why.Message, why.Hint),

            // A registry failure does not hide this: a key that somebody revoked by hand is reported without a network, too.
            _ when distrust is not null && !IsOfTheCluster(failure) => (
                ReasonCodes.NoLongerTrusted, $"what runs is no longer trusted, and runs on: {distrust.Message}", distrust.Hint),
            (_, _, _, { } current) => (current.Reason, current.Message, current.Hint),
            _ when record.FrozenSince is not null => (ReasonCodes.FreezeSuspected, FreshnessCheck.Describe(record), FreshnessCheck.Hint),
            _ => (null, null, null),
        };

    private static (string? Reason, string? Message, string? Hint) ExplainQuiet(
        ChannelRecord record, ChannelState state, PipelineProgress? progress, DateTimeOffset? lastSeen) =>
        progress?.WaitingFor is { } what ? (null, $"waiting for {what}", null)
        : record.ForOthers is { } sequence ? (null, $"the newest release, {sequence}, is for other sites", null)
        : record is { HighestSeen: null, Tag: null } && lastSeen is not null ? (null, "no release was published to this channel yet", null)
        : (null, Join(state == ChannelState.Healthy ? record.Remark : null, record.Tag?.Describe()), null);

    private static string? Join(params IEnumerable<string?> sentences) => string.Join("; ", sentences.OfType<string>()) is { Length: > 0 } text ? text : null;

    private static string Describe(ChannelRecord record, MissingChannel missing, DateTimeOffset? now)
    {
        if (record.HighestSeen is not { } seen)
        {
            return missing.Message;
        }

        var age = (now - record.Since) switch
        {
            null => "",
            { TotalHours: < 1 } => ", for less than an hour",
            { TotalDays: < 1 } hours => $", for {(int)hours.TotalHours} h",
            { } days => $", for {(int)days.TotalDays} days",
        };
        return $"{missing.Message}, since {missing.Since:u}; this site goes on with what it knows, release {seen.Describe()}, unchanged since {record.Since:u}{age}";
    }

    private static AcknowledgedRelease? PendingOf(ChannelRecord record) =>
        record.Refused is { } refusal ? refusal.Release
        : record.Target?.Summary == record.LastGood?.Summary ? null
        : record.Target?.Summary;
}
