using EdgeSync.Contracts.Trust;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Whether the site may go back to last-good once something else was begun in its place.</summary>
internal sealed class WayBack(ChannelJournal journal, ISiteTrust trust, TimeProvider time)
{
    /// <summary>Why it must not: last-good was revoked, or it failed here itself; null where it may.</summary>
    public Failure? FindObstacle() => FindRevocation() ?? (Left is { } good && journal.Record.FindQuarantine(good.Summary.Digest)?.Describe() is { } failed
        ? failed with { Message = $"what ran before is not gone back to: {failed.Message}" }
        : null);

    /// <summary>Forgets last-good where it was revoked: it will never be written again.</summary>
    public void GiveUpRevoked() =>
        journal.Commit(record => FindRevocation() is { } revoked ? Transitions.LastGoodRevoked(record, revoked, time.GetUtcNow()) : null);

    // Last-good, where it is not itself the target.
    private ReleaseCopy? Left => journal.Record.LastGood is { } good && good.Payload != journal.Record.Target?.Payload ? good : null;

    // A revoked bundle keeps running while it is live; once something else was begun in its place, it is never written again.
    private Failure? FindRevocation() =>
        Left is { } good && trust.FindRevocation(good.Summary.Digest) is { } revocation
            ? new Failure(
                TrustReasons.LastGoodRevoked,
                $"what ran before is not gone back to: {revocation.Message}",
                "Publish a release that works: until then, what could be applied of the failed one stays as it is.")
            : null;
}
