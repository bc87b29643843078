using EdgeSync.Primitives;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

internal sealed partial class ChannelReconciler
{
    [LoggerMessage(ReconciliationEventIds.ReleaseReceived, LogLevel.Information, "Channel {Channel}: release {Sequence} accepted, bundle {Digest}")]
    private partial void LogReceived(string channel, long sequence, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Refused, LogLevel.Error, "Channel {Channel}: refused, {Reason}: {Message}")]
    private partial void LogRefused(string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.ForOthers, LogLevel.Information, "Channel {Channel}: the newest release, {Sequence}, is for other sites")]
    private partial void LogForOthers(string channel, long sequence);

    [LoggerMessage(ReconciliationEventIds.Staged, LogLevel.Information, "Channel {Channel}: staged {Digest}")]
    private partial void LogStaged(string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Waiting, LogLevel.Information, "Channel {Channel}: waiting, {Reason}: {Message}")]
    private partial void LogWaiting(string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.Activating, LogLevel.Information, "Channel {Channel}: activating {Digest}")]
    private partial void LogActivating(string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Healthy, LogLevel.Information, "Channel {Channel}: healthy at {Digest}")]
    private partial void LogHealthy(string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.ActivationFailed, LogLevel.Error, "Channel {Channel}: failed, {Reason}: {Message}")]
    private partial void LogFailed(string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.RolledBack, LogLevel.Warning, "Channel {Channel}: rolled back to {Digest}")]
    private partial void LogRolledBack(string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.Repaired, LogLevel.Warning, "Channel {Channel}: drift repaired: {Message}")]
    private partial void LogRepaired(string channel, string message);

    [LoggerMessage(ReconciliationEventIds.Pruned, LogLevel.Information, "Channel {Channel}: deleted {Subject}")]
    private partial void LogPruned(string channel, string subject);

    [LoggerMessage(ReconciliationEventIds.Superseded, LogLevel.Information, "Channel {Channel}: a newer release ends the wait for {Digest}")]
    private partial void LogSuperseded(string channel, Digest digest);

    [LoggerMessage(ReconciliationEventIds.LookFailed, LogLevel.Warning, "Channel {Channel}: cannot look, {Reason}: {Message}")]
    private partial void LogLookFailed(string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.NoLongerTrusted, LogLevel.Error, "Channel {Channel}: {Digest} runs on, and is no longer trusted, {Reason}: {Message}")]
    private partial void LogNoLongerTrusted(string channel, Digest digest, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.ContentNotBack, LogLevel.Warning, "Channel {Channel}: cannot bring lost content back while waiting for health, {Reason}: {Message}")]
    private partial void LogContentNotBack(string channel, string reason, string message);

    [LoggerMessage(ReconciliationEventIds.FreezeSuspected, LogLevel.Warning, "Channel {Channel}: freeze suspected: {Message}")]
    private partial void LogFrozen(string channel, string message);

    [LoggerMessage(ReconciliationEventIds.Complete, LogLevel.Information, "Channel {Channel}: complete at {Digest}")]
    private partial void LogComplete(string channel, Digest digest);
}
