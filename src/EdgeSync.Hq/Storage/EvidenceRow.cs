using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Storage;

/// <summary>Stored evidence, without the bytes of the message.</summary>
public sealed record EvidenceRow(
    long Id,
    string Fleet,
    string Site,
    EvidenceKind Kind,
    long? Number,
    string Detail,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    long Count,
    DateTimeOffset? ReviewedAt,
    string? ReviewedBy)
{
    public SiteKey Key => new(Fleet, Site);
}
