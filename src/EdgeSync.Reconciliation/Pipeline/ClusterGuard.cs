using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Notices that the site has another cluster than before: it was installed again, or lost its database. Where the site's configuration says so
/// (<paramref name="isManual"/>), nothing is written to that cluster until a person allows it for this very cluster. Safe for use by both loops of a channel.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="journal">The channel's record.</param>
/// <param name="all">The records of all channels of the site: a channel that is new has no cluster of its own.</param>
/// <param name="recall">Opens what ran here before.</param>
/// <param name="isManual">Whether a person has to allow it.</param>
/// <param name="time">What time it is.</param>
internal sealed class ClusterGuard(
    ICluster cluster, ChannelJournal journal, IReadOnlyCollection<ChannelJournal> all, RecallStep recall, bool isManual, TimeProvider time)
{
    /// <summary>
    /// Compares the cluster with the one that the channel was kept in, and says so once where it is another one. Raises a
    /// <see cref="ReconciliationException"/> where a person has to allow the writing first.
    /// </summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await cluster.GetIdentityAsync(cancellationToken) is not { } found)
        {
            // An API server that has just begun with an empty database has no namespaces for a moment.
            if (isManual)
            {
                throw new ReconciliationException(ReasonCodes.ClusterReplaced, "the cluster does not say yet which one it is: it has no namespace kube-system");
            }

            return;
        }

        var known = journal.Record.Cluster ?? (isManual ? all.Select(other => other.Record.Cluster).FirstOrDefault(other => other is not null) : null);
        if (known is not null && known != found)
        {
            var claims = await FindClaimsAsync(cancellationToken);
            journal.Commit(record => LiveTransitions.ClusterReplaced(record, found, claims, isManual, time.GetUtcNow()));
        }
        else
        {
            journal.Commit(record => LiveTransitions.ClusterSeen(record, found));
        }

        if (isManual && journal.Record.Rebuild is { Waiting: { } waiting })
        {
            throw new ReconciliationException(waiting.Reason, waiting.Message) { Hint = waiting.Hint };
        }
    }

    // Without the content, no claim can be named. The step that needs the content reports why it cannot be read.
    private async Task<IReadOnlyList<string>> FindClaimsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return journal.Record.LastGood is { } good ? LiveTransitions.FindClaims(await recall.OpenAsync(good, cancellationToken)) : [];
        }
        catch (EdgeSyncException)
        {
            return [];
        }
    }
}
