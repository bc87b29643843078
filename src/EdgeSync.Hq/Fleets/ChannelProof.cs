using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Fleets;

/// <summary>What the signed ledger of a site proves about one channel: the newest event, and which bundle is healthy.</summary>
/// <param name="Number">The ledger entry of the newest event.</param>
/// <param name="At">When it happened, by the clock of the site.</param>
/// <param name="Event">The newest event.</param>
/// <param name="Healthy">The bundle that is proven healthy, or null. A drift or failure of the bundle removes the proof.</param>
public sealed record ChannelProof(long Number, DateTimeOffset At, AcknowledgementEvent Event, Digest? Healthy)
{
    /// <summary>When <see cref="Healthy"/> became healthy here, by the clock of the site; null without one, or where an older HQ stored it.</summary>
    public DateTimeOffset? HealthyAt { get; init; }

    public static ChannelProof Next(ChannelProof? before, Acknowledgement entry)
    {
        var digest = entry.Release!.Digest;
        Digest? healthy = entry.Event switch
        {
            AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => digest,
            AcknowledgementEvent.Drifted or AcknowledgementEvent.Failed when before?.Healthy == digest => null,
            _ => before?.Healthy,
        };
        return new ChannelProof(entry.Number, entry.At, entry.Event, healthy) { HealthyAt = entry.Event == AcknowledgementEvent.Healthy ? entry.At : before?.HealthyAt };
    }
}
