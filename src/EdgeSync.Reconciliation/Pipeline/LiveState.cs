using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// What is live on a channel (last-good). The follower checks whether it is trusted and complete; the keeper gets it, repairs it in its turn, and confirms it.
/// </summary>
internal sealed class LiveState(ChannelJournal journal, RecallStep recall, WayBack wayBack, TimeProvider time)
{
    /// <summary>Whether an activation was left half done for a newer release; what is live must then be applied again before it is left alone.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Why today's trust would not accept what is live, or null. Safe to read from any thread.</summary>
    public Failure? Distrust => recall.Live is { } live && live.Summary == journal.Record.LastGood?.Summary ? live.Distrust : null;

    /// <summary>Whether content of what is live is known to be missing. Safe to read from any thread.</summary>
    public bool IsContentMissing => recall.Live?.MissingContent is not null;

    /// <summary>The bundle that should be live, for the keeper; null where there is none, or a change is under way. Asks nobody outside.</summary>
    public async Task<LiveBundle?> GetAsync(CancellationToken cancellationToken) =>
        Find() is { } good ? await recall.OpenAsync(good, cancellationToken) : null;

    /// <summary>
    /// Checks whether what is live is trusted and complete, and fetches what is missing. Raises the failure where something is missing then, or the site's values
    /// do not fit it any more.
    /// </summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (Find() is { } good && await RecallAsync(good, cancellationToken) is var live && (live.MissingContent ?? live.UnfitValues) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The bundle of a last-good release, checked.</summary>
    public async Task<LiveBundle> RecallAsync(ReleaseCopy good, CancellationToken cancellationToken)
    {
        var live = await recall.RunAsync(good, cancellationToken);
        journal.Commit(record => LiveTransitions.TrustChanged(record, live));
        return live;
    }

    /// <summary>Makes the next step check the content of what is live again.</summary>
    public void Forget() => recall.Forget();

    /// <summary>What is live was applied and is healthy: acknowledges what had drifted, and that last-good recovered where it had not been healthy.</summary>
    public void Confirm(LiveBundle live, ActivationOutcome.Healthy outcome, TimeSpan duration)
    {
        // The follower may have given it up meanwhile, because it was revoked.
        journal.Commit(record => record.LastGood?.Summary == live.Summary ? LiveTransitions.Repaired(record, live, outcome, duration) : null);
        journal.Commit(record => LiveTransitions.Recovered(record, live, time.GetUtcNow()));
    }

    /// <summary>What is live could not be rebuilt in another cluster.</summary>
    public void FailRebuild() => journal.Commit(record => LiveTransitions.RebuildFailed(record, time.GetUtcNow()));

    private ReleaseCopy? Find()
    {
        if (IsUncertain)
        {
            wayBack.GiveUpRevoked();
        }

        return journal.Record.IsChanging ? null : journal.Record.LastGood;
    }
}
