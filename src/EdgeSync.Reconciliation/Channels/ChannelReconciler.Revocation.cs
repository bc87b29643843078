using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Trust;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Channels;

// What was revoked runs on while it runs; once something else was begun in its place, it is never written again.
internal sealed partial class ChannelReconciler
{
    private Trouble? FindLastGoodRevocation() =>
        _record.LastGood is { } good && good.Payload != _record.Target?.Payload && _ports.Trust.FindRevocation(good.Summary.Digest) is { } revocation
            ? new Trouble(
                TrustReasons.LastGoodRevoked, $"what ran before is not gone back to: {revocation.Message}",
                "Publish a release that works: until then, what could be applied of the failed one stays as it is.")
            : null;

    // A revocation is for ever, so that nothing can make it last-good again but a release, and that is refused.
    private static ChannelRecord WithoutLastGood(ChannelRecord record) =>
        record with { LastGood = null, LastGoodTrouble = null, Distrusted = null, Fingerprint = null };

    // Takes the proof of its health back: what HQ believed to run here does not, and comes back no more.
    private AcknowledgementDraft LastGoodGone(Trouble gone) => new(AcknowledgementEvent.Failed, _record.LastGood!.Summary)
    {
        Stage = PipelineStage.Rollback,
        Reason = gone.Reason,
        Message = gone.Message,
    };

    // A change that was left half done for something newer is no way back to it either.
    private void GiveUpRevokedLastGood()
    {
        if (FindLastGoodRevocation() is { } gone)
        {
            Commit(WithoutLastGood(_record) with { Since = _ports.Time.GetUtcNow() }, LastGoodGone(gone));
            LogFailed(_channel.Name, gone.Reason, gone.Message);
        }
    }
}
