using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>One message from a site.</summary>
/// <param name="Site">Whose topic it came on; the broker lets only that site write there.</param>
/// <param name="Kind">What the topic says it is.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Replayed">Whether the broker kept it for us: then it is no sign that the site is there now.</param>
/// <param name="At">When it came.</param>
/// <param name="Acknowledge">Lets the broker forget it; called after it is stored.</param>
internal sealed record InboundMessage(
    SiteKey Site, MessageKind Kind, ReadOnlyMemory<byte> Payload, bool Replayed, DateTimeOffset At, Action Acknowledge);
