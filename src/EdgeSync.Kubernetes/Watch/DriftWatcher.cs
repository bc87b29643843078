using System.Threading.Channels;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// Sees within moments that something else changed or deleted what was applied, at the price of one open watch for each kind. Our own
/// applies and news about an object's status are not told.
/// </summary>
public sealed partial class DriftWatcher(KubernetesClient client, TimeProvider time, Random random, ILogger<DriftWatcher> logger)
{
    private const int MaxNotices = 256;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Channel<DriftNotice> _notices = Channel.CreateBounded<DriftNotice>(
        new BoundedChannelOptions(MaxNotices) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _lock = new();

    /// <summary>
    /// The notices. When nobody reads, those beyond 256 are dropped; whoever reads one does a whole diff, which finds the others' objects.
    /// </summary>
    public ChannelReader<DriftNotice> Notices => _notices.Reader;

    /// <summary>
    /// Watches the members of an ApplySet (the ids of what was applied) until cancelled; loses no change while it reconnects, for ever, with
    /// back-off. Members that do not exist are told at once. <paramref name="watching"/> is called when a kind is followed for the first time.
    /// </summary>
    public async Task RunAsync(
        string applySetName, string parentNamespace, IReadOnlyCollection<ObjectId> members, Action<string>? watching, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(members);
        var selector = $"{ApplySet.PartOfLabel}={ApplySet.IdOf(applySetName, parentNamespace)}";
        var kinds = members.GroupBy(id => (id.ApiVersion, id.Kind));
        await Task.WhenAll(kinds.Select(kind => FollowAsync(
            new KindWatch(client, kind.Key.ApiVersion, kind.Key.Kind, selector, [.. kind], Raise), kind.Key.Kind, watching, cancellationToken)));
    }

    private async Task FollowAsync(KindWatch watch, string kind, Action<string>? watching, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstPause, LongestPause, NewRandom());
        var isNew = true;
        var isShaken = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                // A watch that is opened while the API server starts can stay silent for its whole life.
                if (!isShaken || await client.IsReadyAsync(cancellationToken))
                {
                    isShaken = false;
                    await watch.FollowAsync(OnFollowed, cancellationToken);
                }
            }
            catch (KubernetesApiException failure)
            {
                LogWatchBroken(kind, failure.Reason, failure.Message);
                isShaken = true;
                watch.ListAgain();
            }

            // A watch that held for long ended as it should; one that ends at once must not be renewed at once.
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

    private void Raise(DriftNotice notice)
    {
        LogObjectDrifted(notice.Id.ToString(), notice.Kind);
        _notices.Writer.TryWrite(notice);
    }

    // Random is not safe for several threads; each kind gets one of its own.
    private Random NewRandom()
    {
        lock (_lock)
        {
            return new Random(random.Next());
        }
    }

    [LoggerMessage(KubernetesEventIds.WatchBroken, LogLevel.Debug, "The watch of {Subject} broke ({Reason}): {Message}")]
    private partial void LogWatchBroken(string subject, string reason, string message);

    [LoggerMessage(KubernetesEventIds.WatchStarted, LogLevel.Debug, "Watching {Subject}")]
    private partial void LogWatchStarted(string subject);

    [LoggerMessage(KubernetesEventIds.ObjectDrifted, LogLevel.Information, "{Subject} is not as applied any more: {Action}")]
    private partial void LogObjectDrifted(string subject, DriftKind action);
}
