using System.Globalization;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>What snapshots of volumes mean for the channel's record. Pure functions like <see cref="Transitions"/>.</summary>
internal static class SnapshotTransitions
{
    /// <summary>
    /// Snapshots are about to be made; null where they are being made already. One attempt is not continued for ever: what was taken hours ago, before the agent was
    /// stopped, is not what a rollback may bring back.
    /// </summary>
    public static Transition? Begun(ChannelRecord record, StagedBundle bundle, DateTimeOffset now)
    {
        var limit = bundle.Content.Metadata.Snapshots!.Max(request => request.Limit);
        return record.SnapshotTry is { } begun && begun.Bundle == bundle.Summary.Digest && now - begun.Since <= limit ? null : new Transition(record with
        {
            SnapshotTry = new SnapshotTry(bundle.Summary.Digest, now.ToString("O", CultureInfo.InvariantCulture), now),
            HasSnapshots = true,
        });
    }

    /// <summary>The snapshots could not all be made, or something newer came: the next try makes others. Null where that is known already.</summary>
    public static Transition? GivenUp(ChannelRecord record) => record.SnapshotTry is null ? null : new Transition(record with { SnapshotTry = null });

    /// <summary>Claims were restored, or could not be; <paramref name="words"/> say which.</summary>
    public static Transition Restored(ChannelRecord record, string words) => new(record with
    {
        Snapshots = record.Snapshots is { } notes ? [.. notes.Select(note => note with { Restore = false })] : null,
        Failure = record.Failure is { } failure ? failure with { Lasting = Transitions.Lasting(failure, words) } : null,
    })
    {
        Log = logger => logger.LogRestored(record.Channel, words),
    };
}
