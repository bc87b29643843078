using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>A refused message, kept unchanged for an operator to review.</summary>
/// <param name="Site">The site on whose topic it arrived.</param>
/// <param name="Kind">Why HQ refused it.</param>
/// <param name="Number">The ledger number in the message, if it could be read.</param>
/// <param name="Detail">One sentence for the operator.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Message">The bytes of the message.</param>
internal sealed record Evidence(SiteKey Site, EvidenceKind Kind, long? Number, string Detail, DateTimeOffset At, ReadOnlyMemory<byte> Message);
