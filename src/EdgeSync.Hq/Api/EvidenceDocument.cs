using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Api;

/// <summary>A message that HQ refused.</summary>
internal sealed record EvidenceDocument(
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
    public static EvidenceDocument From(EvidenceRow row) => new(
        row.Id, row.Fleet, row.Site, row.Kind, row.Number, row.Detail, row.FirstAt, row.LastAt, row.Count, row.ReviewedAt, row.ReviewedBy);
}
