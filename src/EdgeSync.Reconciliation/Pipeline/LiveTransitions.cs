using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>What the keeper's findings about what is live mean for a channel's record, as <see cref="Transitions"/> does for releases.</summary>
internal static class LiveTransitions
{
    private const int NamedChanges = 10;
    private const string RebuildHint = "Bring back the data of volumes, or decide to go on without it; then run 'edgesync rebuild --yes' at the site.";

    /// <summary>What is live had drifted and was repaired; null where nothing differed, and what is left over did not change.</summary>
    public static Transition? Repaired(ChannelRecord record, LiveBundle live, ActivationOutcome.Healthy outcome, TimeSpan duration)
    {
        var changed = outcome.Changed;
        var next = record with
        {
            LastGood = record.LastGood!.With(live.Content.Content.InEffect),
            Fingerprint = outcome.Fingerprint ?? live.Fingerprint,
            RebuildAttempt = null,
        };
        if (changed.Count == 0)
        {
            return next == record ? null : new Transition(next);
        }

        var message = string.Join("; ", changed.Take(NamedChanges).Select(change => $"{change.Id} {change.Action}{(outcome.FindAuthor(change.Id) is { } author ? $" after a change by {author}" : "")}"));
        return new Transition(
            next,
            new AcknowledgementDraft(AcknowledgementEvent.Drifted, live.Summary) { Message = message },
            new AcknowledgementDraft(AcknowledgementEvent.Repaired, live.Summary)
            {
                Message = message,
                Duration = duration,
                Fingerprint = next.Fingerprint,
            })
        {
            Log = logger => logger.LogRepaired(record.Channel, message),
        };
    }

    /// <summary>Last-good, which was not healthy after a rollback, is healthy now; null where it was healthy all the time.</summary>
    public static Transition? Recovered(ChannelRecord record, LiveBundle live, DateTimeOffset now) => record.LastGoodFailure is null ? null : new Transition(
        record with { LastGoodFailure = null, Since = now },
        new AcknowledgementDraft(AcknowledgementEvent.Healthy, live.Summary)
        {
            Stage = PipelineStage.Rollback,
            Message = "last-good is healthy again",
            Fingerprint = record.Fingerprint ?? live.Fingerprint,
        })
    {
        Log = logger => logger.LogHealthy(record.Channel, live.Summary.Digest),
    };

    /// <summary>The channel is kept in this cluster, as before; null where that is known.</summary>
    public static Transition? ClusterSeen(ChannelRecord record, string cluster) =>
        record.Cluster == cluster && record.Rebuild is null ? null : new Transition(record with { Cluster = cluster, Rebuild = null });

    /// <summary>
    /// This is another cluster than before: it was installed again, or lost its database. Everything is written to it again, except the data of volumes, which
    /// only a backup has; where a person decides (<paramref name="isManual"/>), nothing is until somebody allows it. Null where that is said already.
    /// </summary>
    public static Transition? ClusterReplaced(ChannelRecord record, string cluster, IReadOnlyList<string> claims, bool isManual, DateTimeOffset now)
    {
        var isAllowed = !isManual || (record.Rebuild is { Waiting: null } allowed && allowed.Cluster == cluster);
        if (!isAllowed && record.Rebuild?.Cluster == cluster)
        {
            return null;
        }

        var good = record.LastGood?.Summary;
        var what = good is null ? $"channel {record.Channel}" : $"{good.Name} {good.Version}";
        var message = $"this is another cluster than before (since {now:u}); {what} is {(isAllowed ? "rebuilt in it" : "not rebuilt in it until somebody at the site allows that")}"
            + (claims.Count == 0 ? "" : ConfirmStep.Join("; volumes are new and empty, restore their data:", claims));

        // What was live is not there any more, whatever comes next.
        var next = isAllowed
            ? record with
            {
                Cluster = cluster,
                Rebuild = null,
                Remark = good is null ? record.Remark : message,
                RebuildAttempt = good is null ? null : AttemptAt(now),
            }
            : record with { Rebuild = new ClusterRebuild(cluster, new Failure(ReasonCodes.ClusterReplaced, message, RebuildHint)), Fingerprint = null, Since = now };
        return new Transition(next, new AcknowledgementDraft(AcknowledgementEvent.Drifted, good)
        {
            Reason = isAllowed ? null : ReasonCodes.ClusterReplaced,
            Message = message,
        })
        {
            Log = logger => logger.LogAnotherCluster(record.Channel, message),
        };
    }

    /// <summary>
    /// Last-good could not be rebuilt, and the next try is another attempt, so that a hook that failed runs again; null where it is not being rebuilt.
    /// </summary>
    public static Transition? RebuildFailed(ChannelRecord record, DateTimeOffset now) =>
        record.RebuildAttempt is null ? null : new Transition(record with { RebuildAttempt = AttemptAt(now) });

    /// <summary>The claims of a bundle, in words: their data is what a new cluster lacks.</summary>
    public static IReadOnlyList<string> FindClaims(LiveBundle live) => [.. live.Content.Objects.SelectMany(FindClaims).Order(StringComparer.Ordinal)];

    /// <summary>
    /// What is live is no longer trusted, or trusted again; null where nothing changed. Each reason is acknowledged once, also over restarts; only the
    /// status shows that it is trusted again.
    /// </summary>
    public static Transition? TrustChanged(ChannelRecord record, LiveBundle live)
    {
        if (live.Distrust == record.Distrusted)
        {
            return null;
        }

        var next = record with { Distrusted = live.Distrust };
        return live.Distrust is { } distrust
            ? new Transition(next, new AcknowledgementDraft(AcknowledgementEvent.Distrusted, live.Summary)
            {
                Stage = PipelineStage.Verify,
                Reason = ReasonCodes.NoLongerTrusted,
                Message = $"{distrust.Message} ({distrust.Reason})",
            })
            {
                Log = logger => logger.LogNoLongerTrusted(record.Channel, live.Summary.Digest, distrust.Reason, distrust.Message),
            }
            : new Transition(next);
    }

    private static string AttemptAt(DateTimeOffset now) => now.ToString("O", CultureInfo.InvariantCulture);

    private static IEnumerable<string> FindClaims(KubernetesObject item) => item.Id.GroupKind switch
    {
        "PersistentVolumeClaim" => [item.Id.ToString()],
        "StatefulSet.apps" when item.Json["spec"]?["volumeClaimTemplates"] is JsonArray { Count: > 0 } => [$"the claims of {item.Id}"],
        _ => [],
    };
}
