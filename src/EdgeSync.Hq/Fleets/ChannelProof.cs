using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Fleets;

/// <summary>What a site's signed ledger says of one channel: the newest event, and the digest that was last proven healthy.</summary>
/// <param name="Number">The ledger entry of the newest event.</param>
/// <param name="At">When it happened, by the site's clock.</param>
/// <param name="Event">The newest event.</param>
/// <param name="Healthy">The bundle that was healthy last, or null.</param>
public sealed record ChannelProof(long Number, DateTimeOffset At, AcknowledgementEvent Event, Digest? Healthy)
{
    public static ChannelProof Next(ChannelProof? before, Acknowledgement entry) => new(
        entry.Number,
        entry.At,
        entry.Event,
        entry.Event is AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired ? entry.Release!.Digest : before?.Healthy);
}
