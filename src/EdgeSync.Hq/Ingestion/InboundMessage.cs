using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>One message from a site.</summary>
/// <param name="Site">The site on whose topic it arrived. The broker lets only that site publish there.</param>
/// <param name="Kind">The kind, according to the topic.</param>
/// <param name="Payload">The bytes of the message.</param>
/// <param name="Replayed">Whether the broker had retained it. Then it does not show that the site is online now.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Acknowledge">Acknowledges it to the broker. The worker calls it after the message is stored.</param>
internal sealed record InboundMessage(
    SiteKey Site, MessageKind Kind, ReadOnlyMemory<byte> Payload, bool Replayed, DateTimeOffset At, Action Acknowledge);
