using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>A message that was refused, kept as it came, for a person to look at.</summary>
/// <param name="Site">Whose topic it came on.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Number">The ledger number it claims, where it could be read.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="At">When it came.</param>
/// <param name="Message">Its bytes.</param>
internal sealed record Evidence(SiteKey Site, EvidenceKind Kind, long? Number, string Detail, DateTimeOffset At, ReadOnlyMemory<byte> Message);
