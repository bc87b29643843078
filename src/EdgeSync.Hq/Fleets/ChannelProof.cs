using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Fleets;

/// <summary>What a site's signed ledger says of one channel: the newest event, and the digest that is proven healthy.</summary>
/// <param name="Number">The ledger entry of the newest event.</param>
/// <param name="At">When it happened, by the site's clock.</param>
/// <param name="Event">The newest event.</param>
/// <param name="Healthy">The bundle that is proven healthy, or null; a drift or failure of it takes the proof away.</param>
public sealed record ChannelProof(long Number, DateTimeOffset At, AcknowledgementEvent Event, Digest? Healthy)
{
    public static ChannelProof Next(ChannelProof? before, Acknowledgement entry)
    {
        var digest = entry.Release!.Digest;
        Digest? healthy = entry.Event switch
        {
            AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => digest,
            AcknowledgementEvent.Drifted or AcknowledgementEvent.Failed when before?.Healthy == digest => null,
            _ => before?.Healthy,
        };
        return new ChannelProof(entry.Number, entry.At, entry.Event, healthy);
    }
}
