using System.Threading.Channels;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// Notices within moments that something else changed or deleted an applied object. It keeps one watch open for each kind. Our own applies
/// and changes of an object's status raise no notice.
/// </summary>
public sealed partial class DriftWatcher(KubernetesClient client, TimeProvider time, RetryPolicy retries, ILogger<DriftWatcher> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // All kinds ask at the same moment, and one answer is enough for them.
    private static readonly TimeSpan ReadinessHolds = TimeSpan.FromSeconds(1);

    private readonly Channel<DriftNotice> _notices = Channel.CreateUnbounded<DriftNotice>();
    private readonly Lock _lock = new();
    private Task<bool>? _readiness;
    private long _askedAt;

    /// <summary>The notices. None is dropped, because each leads to the repair of its object alone: read them all the time.</summary>
    public ChannelReader<DriftNotice> Notices => _notices.Reader;

    /// <summary>
    /// Watches the members of an ApplySet (the ids of what was applied, and the rules for their fields) until it is cancelled. It reconnects with back-off, without a limit,
    /// and misses no change meanwhile. A member that does not exist raises a notice at once. <paramref name="watching"/> is called when a kind
    /// is followed for the first time.
    /// </summary>
    public async Task RunAsync(
        string applySetName, string parentNamespace, IReadOnlyDictionary<ObjectId, FieldRules> members, Action<string>? watching, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(members);
        var selector = $"{ApplySet.PartOfLabel}={ApplySet.IdOf(applySetName, parentNamespace)}";
        var kinds = members.GroupBy(member => (member.Key.ApiVersion, member.Key.Kind));
        await Task.WhenAll(kinds.Select(kind => FollowAsync(
            new KindWatch(client, kind.Key.ApiVersion, kind.Key.Kind, selector, kind.ToDictionary(), Raise), kind.Key.Kind, watching, cancellationToken)));
    }

    private async Task FollowAsync(KindWatch watch, string kind, Action<string>? watching, CancellationToken cancellationToken)
    {
        var backoff = retries.CreateBackoff(FirstPause, LongestPause);
        var isNew = true;
        Task<bool>? readiness = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                // A watch that is opened while the API server starts can stay silent for its whole life. An API server that shuts down
                // ends its watches as if their time were up, so that how the last watch ended says nothing: ask before each one.
                readiness = AskReadiness(readiness, cancellationToken);
                if (await readiness)
                {
                    await watch.FollowAsync(OnFollowed, cancellationToken);
                }
            }
            catch (KubernetesApiException failure)
            {
                LogWatchBroken(kind, failure.Reason, failure.Message);
                watch.ListAgain();
            }

            // A watch that was open for long ended as planned; one that ends at once must not be renewed at once.
            if (time.GetElapsedTime(started) > LongestPause)
            {
                backoff.Reset();
            }
            else
            {
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }

        void OnFollowed()
        {
            if (isNew)
            {
                isNew = false;
                LogWatchStarted(kind);
                watching?.Invoke(kind);
            }
        }
    }

    // Each watch needs an answer of its own time: another than the one before.
    private Task<bool> AskReadiness(Task<bool>? before, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_readiness is null || _readiness == before || time.GetElapsedTime(_askedAt) > ReadinessHolds)
            {
                _askedAt = time.GetTimestamp();
                _readiness = client.IsReadyAsync(cancellationToken);
            }

            return _readiness;
        }
    }

    private void Raise(DriftNotice notice)
    {
        LogObjectDrifted(notice.Id.ToString(), notice.Kind);
        _notices.Writer.TryWrite(notice);
    }

    [LoggerMessage(KubernetesEventIds.WatchBroken, LogLevel.Debug, "The watch of {Subject} broke ({Reason}): {Message}")]
    private partial void LogWatchBroken(string subject, string reason, string message);

    [LoggerMessage(KubernetesEventIds.WatchStarted, LogLevel.Debug, "Watching {Subject}")]
    private partial void LogWatchStarted(string subject);

    [LoggerMessage(KubernetesEventIds.ObjectDrifted, LogLevel.Information, "{Subject} is not as applied any more: {Action}")]
    private partial void LogObjectDrifted(string subject, DriftKind action);
}
