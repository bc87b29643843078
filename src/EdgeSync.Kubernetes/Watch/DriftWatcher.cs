using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>
/// Watches the objects of a set for changes by others. One long watch for each kind, metadata only, so that an idle hour costs a handful of
/// requests; it reconnects for ever, and lists anew where it may have missed something.
/// </summary>
public sealed class DriftWatcher(KubernetesClient client, string fieldManager, TimeProvider time, Random random)
{
    private const int Backlog = 256;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Yields each object that somebody else changed or deleted, until cancelled; the same object may come several times. The first look says
    /// what is missing already. <paramref name="labelSelector"/> chooses the set's objects.
    /// </summary>
    public async IAsyncEnumerable<ObjectId> WatchAsync(
        IReadOnlyCollection<ObjectId> objects, string labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(objects);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signs = Channel.CreateBounded<ObjectId>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        var watches = objects.GroupBy(id => (id.ApiVersion, id.Kind))
            .Select(kind => FollowAsync(kind.Key.ApiVersion, kind.Key.Kind, [.. kind], labelSelector, signs.Writer, stopping.Token))
            .ToList();
        try
        {
            await foreach (var sign in signs.Reader.ReadAllAsync(cancellationToken))
            {
                yield return sign;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    private async Task FollowAsync(
        string apiVersion, string kind, List<ObjectId> objects, string labelSelector, ChannelWriter<ObjectId> signs, CancellationToken cancellationToken)
    {
        var known = new KnownObjects(objects, fieldManager);
        var backoff = new Backoff(FirstPause, LongestPause, Fork());
        var selection = new ListSelection { LabelSelector = labelSelector, MetadataOnly = true };
        string? version = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await client.FindTypeAsync(apiVersion, kind, cancellationToken) is { } type)
                {
                    version ??= await ListAsync(type, selection, known, signs, cancellationToken);
                    version = await WatchOnceAsync(type, selection, version, known, signs, cancellationToken);
                    backoff.Reset();
                    continue;
                }

                // The kind itself is gone, and its objects with it.
                objects.ForEach(id => signs.TryWrite(id));
            }
            catch (KubernetesApiException failure)
            {
                version = failure.Reason == ApiReasons.ResourceExpired ? null : version;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await PauseAsync(backoff.Next(), cancellationToken);
        }
    }

    private async Task<string> ListAsync(
        ResourceType type, ListSelection selection, KnownObjects known, ChannelWriter<ObjectId> signs, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(type, selection, cancellationToken);
        foreach (var sign in known.Replace(list.Items))
        {
            signs.TryWrite(sign);
        }

        return list.ResourceVersion;
    }

    private async Task<string> WatchOnceAsync(
        ResourceType type, ListSelection selection, string version, KnownObjects known, ChannelWriter<ObjectId> signs, CancellationToken cancellationToken)
    {
        await foreach (var change in client.WatchAsync(type, selection, version, cancellationToken))
        {
            version = change.Live.Text("metadata", "resourceVersion") ?? version;
            if (known.Take(change) is { } sign)
            {
                signs.TryWrite(sign);
            }
        }

        return version;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop looks at the token itself.
        }
    }

    private Random Fork()
    {
        lock (random)
        {
            return new Random(random.Next());
        }
    }
}
