using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Storage;

/// <summary>Stored evidence, without the message's bytes.</summary>
public sealed record EvidenceRow(
    long Id,
    SiteKey Site,
    EvidenceKind Kind,
    long? Number,
    string Detail,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    long Count,
    DateTimeOffset? ReviewedAt,
    string? ReviewedBy);
