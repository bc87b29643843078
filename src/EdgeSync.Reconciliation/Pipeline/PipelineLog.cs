using EdgeSync.Primitives;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>What the pipeline logs.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(ReconciliationEventIds.ReleaseReceived, LogLevel.Information, "Channel {Channel}: release {Sequence} accepted, bundle {Digest}")]
    public static partial void LogReceived(this ILogger logger, string channel, long sequence, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Refused, LogLevel.Error, "Channel {Channel}: refused, {Reason}: {Message}")]
    public static partial void LogRefused(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.ChannelMissing, LogLevel.Warning, "Channel {Channel}: {Message}")]
    public static partial void LogMissing(this ILogger logger, string channel, string message);

    [LoggerMessage(ReconciliationEventIds.ForOthers, LogLevel.Information, "Channel {Channel}: the newest release, {Sequence}, is for other sites")]
    public static partial void LogForOthers(this ILogger logger, string channel, long sequence);

    [LoggerMessage(ReconciliationEventIds.Staged, LogLevel.Information, "Channel {Channel}: staged {Digest}")]
    public static partial void LogStaged(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Waiting, LogLevel.Information, "Channel {Channel}: waiting, {Reason}: {Message}")]
    public static partial void LogWaiting(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.QuarantineLifted, LogLevel.Information, "Channel {Channel}: {Owner} lifted the quarantine of {Digest}")]
    public static partial void LogLifted(this ILogger logger, string channel, Digest digest, string owner);

    [LoggerMessage(ReconciliationEventIds.Activating, LogLevel.Information, "Channel {Channel}: activating {Digest}")]
    public static partial void LogActivating(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Healthy, LogLevel.Information, "Channel {Channel}: healthy at {Digest}")]
    public static partial void LogHealthy(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.ActivationFailed, LogLevel.Error, "Channel {Channel}: failed, {Reason}: {Message}")]
    public static partial void LogFailed(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.RolledBack, LogLevel.Warning, "Channel {Channel}: rolled back to {Digest}")]
    public static partial void LogRolledBack(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Repaired, LogLevel.Warning, "Channel {Channel}: drift repaired: {Message}")]
    public static partial void LogRepaired(this ILogger logger, string channel, string message);

    [LoggerMessage(ReconciliationEventIds.Pruned, LogLevel.Information, "Channel {Channel}: deleted {Subject}")]
    public static partial void LogPruned(this ILogger logger, string channel, string subject);

    [LoggerMessage(ReconciliationEventIds.Superseded, LogLevel.Information, "Channel {Channel}: a newer release, or a hold that is over again, ends the wait for {Digest}")]
    public static partial void LogSuperseded(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.PollFailed, LogLevel.Warning, "Channel {Channel}: cannot poll, {Reason}: {Message}")]
    public static partial void LogPollFailed(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.NoLongerTrusted, LogLevel.Error, "Channel {Channel}: {Digest} keeps running, and is no longer trusted, {Reason}: {Message}")]
    public static partial void LogNoLongerTrusted(this ILogger logger, string channel, Digest digest, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.ContentNotBack, LogLevel.Warning, "Channel {Channel}: cannot fetch missing content again while waiting for health, {Reason}: {Message}")]
    public static partial void LogContentNotBack(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.FreezeSuspected, LogLevel.Warning, "Channel {Channel}: freeze suspected: {Message}")]
    public static partial void LogFrozen(this ILogger logger, string channel, string message);

    [LoggerMessage(ReconciliationEventIds.AnotherCluster, LogLevel.Warning, "Channel {Channel}: {Message}")]
    public static partial void LogAnotherCluster(this ILogger logger, string channel, string message);

    [LoggerMessage(ReconciliationEventIds.TagFollowed, LogLevel.Warning, "Channel {Channel}: takes {Digest}; {Message}")]
    public static partial void LogTagNames(this ILogger logger, string channel, Digest digest, string message);

    [LoggerMessage(ReconciliationEventIds.RebuildAllowed, LogLevel.Information, "Channel {Channel}: {By} allowed it to be rebuilt in the cluster {Cluster}")]
    public static partial void LogRebuildAllowed(this ILogger logger, string channel, string cluster, string by);

    [LoggerMessage(ReconciliationEventIds.WindowsOverridden, LogLevel.Information, "Channel {Channel}: {By} lets it begin outside of its windows once: {Message}")]
    public static partial void LogWindowsOverridden(this ILogger logger, string channel, string by, string message);

    [LoggerMessage(ReconciliationEventIds.Complete, LogLevel.Information, "Channel {Channel}: complete at {Digest}")]
    public static partial void LogComplete(this ILogger logger, string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.ObjectChanged, LogLevel.Information, "Channel {Channel}: {Subject} is not as applied: {Action} by {Manager}")]
    public static partial void LogObjectChanged(this ILogger logger, string channel, string subject, string action, string manager);

    [LoggerMessage(ReconciliationEventIds.DriftWatchFailed, LogLevel.Error, "Channel {Channel}: cannot watch for drift, {Reason}: {Message}")]
    public static partial void LogWatchFailed(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.HookStarted, LogLevel.Information, "Channel {Channel}: the {Subject} runs")]
    public static partial void LogHookStarted(this ILogger logger, string channel, string subject);

    [LoggerMessage(ReconciliationEventIds.HookEnded, LogLevel.Information, "Channel {Channel}: the {Subject} has ended {Action}")]
    public static partial void LogHookEnded(this ILogger logger, string channel, string subject, string action);

    [LoggerMessage(ReconciliationEventIds.SnapshotTaken, LogLevel.Information, "Channel {Channel}: the snapshot {Name} of {Subject} can be used")]
    public static partial void LogSnapshot(this ILogger logger, string channel, string name, string subject);

    [LoggerMessage(ReconciliationEventIds.SnapshotMissing, LogLevel.Warning, "Channel {Channel}: goes on without a snapshot of {Subject}: {Message}")]
    public static partial void LogNoSnapshot(this ILogger logger, string channel, string subject, string message);

    [LoggerMessage(ReconciliationEventIds.VolumesRestored, LogLevel.Warning, "Channel {Channel}: {Message}")]
    public static partial void LogRestored(this ILogger logger, string channel, string message);

    [LoggerMessage(ReconciliationEventIds.SnapshotsNotDeleted, LogLevel.Warning, "Channel {Channel}: old snapshots are not deleted yet, {Reason}: {Message}")]
    public static partial void LogNotCleaned(this ILogger logger, string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.WillRetry, LogLevel.Warning, "Channel {Channel}: will try again, {Reason}: {Message}")]
    public static partial void LogWillRetry(this ILogger logger, string channel, string reason, string message, Exception? cause);
}
