using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Holds;

/// <summary>Lets a cluster be rebuilt that is another one than before. The daemon and the verb without a daemon answer by these rules.</summary>
internal sealed class RebuildService(SiteStore store, ICluster cluster, IReadOnlyCollection<string> channels, TimeProvider time)
{
    private const int MaxBy = 64;

    /// <summary>
    /// Asks the cluster which one it is, and allows it to be written to where the request says yes. <paramref name="site"/> is the running site, or null in a
    /// process without one. Raises an <see cref="EdgeSyncException"/> where the request is not valid or the cluster does not answer: a permission is for the
    /// cluster that is there now, and for no other one.
    /// </summary>
    public async Task<RebuildAnswer> AskAsync(RebuildRequest request, Site? site, CancellationToken cancellationToken)
    {
        if (request.By.Trim().Length == 0 || request.By.Length > MaxBy || request.By.Any(char.IsControl))
        {
            throw new AgentException("RebuildInvalid", $"the name of who allows it must have 1 to {MaxBy} characters on one line") { ExitCode = ExitCodes.Usage };
        }

        if (request.Channel is not null && !channels.Contains(request.Channel))
        {
            throw new AgentException("ChannelUnknown", $"this site has no channel '{request.Channel}'")
            {
                Hint = $"It has: {string.Join(", ", channels)}.",
                ExitCode = ExitCodes.Usage,
            };
        }

        var found = await cluster.GetIdentityAsync(cancellationToken)
            ?? throw new AgentException("ClusterUnknown", "the cluster does not say which one it is: it has no namespace kube-system")
            {
                Hint = "An API server that has just begun is not ready yet; try again.",
                ExitCode = ExitCodes.Unavailable,
            };
        var waiting = channels.Where(name => request.Channel is null || name == request.Channel).Select(name => Find(name, found)).OfType<RebuildEntry>().ToList();
        foreach (var entry in request.Yes ? waiting : [])
        {
            if (site?.Workers.FirstOrDefault(worker => worker.Channel == entry.Channel) is { } worker)
            {
                worker.AllowRebuild(found, request.By);
            }
            else
            {
                ChannelWorker.AllowRebuild(store, entry.Channel, found, request.By, time.GetUtcNow());
            }
        }

        return new RebuildAnswer(found, request.Yes, waiting);
    }

    // What is kept in another cluster, or is new at a site whose other channels are.
    private RebuildEntry? Find(string channel, string found)
    {
        var record = store.Load(channel);
        var isAnother = record.Cluster is { } known && known != found;
        var seen = record.Rebuild?.Cluster == found ? record.Rebuild : null;
        return (isAnother || seen is not null) && seen is not { Waiting: null }
            ? new RebuildEntry(channel, record.Cluster, record.LastGood is { } good ? $"{good.Summary.Name} {good.Summary.Version}" : null, seen?.Waiting?.Message)
            : null;
    }
}

/// <summary>A request to rebuild what another cluster had.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Yes">Whether to allow it, and not only to say what would be done.</param>
/// <param name="Channel">On which channel alone, or null for all.</param>
internal sealed record RebuildRequest(string By, bool Yes, string? Channel = null);

/// <summary>The answer.</summary>
/// <param name="Cluster">Which cluster is there now.</param>
/// <param name="Allowed">Whether it was allowed.</param>
/// <param name="Channels">The channels that this is about; none where all are kept in this cluster, or may be already.</param>
internal sealed record RebuildAnswer(string Cluster, bool Allowed, IReadOnlyList<RebuildEntry> Channels);

/// <summary>One channel that was kept in another cluster.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Before">The cluster that it was kept in, or null for a channel that is new.</param>
/// <param name="Bundle">What ran there, or null.</param>
/// <param name="Message">What the agent said of it, or null where no agent has seen this cluster yet.</param>
internal sealed record RebuildEntry(string Channel, string? Before, string? Bundle, string? Message);
