using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Api;

/// <summary>How far HQ has verified and stored the ledger of a site.</summary>
internal sealed record LedgerDocument(int Ledger, string Key, long StoredThrough, Digest? Head, DateTimeOffset? StoredAt, long? GapFoundAt, long Duplicates)
{
    public static LedgerDocument From(SiteState site) => new(
        site.Ledger, site.LedgerKey.Id.ToString(), site.Head?.Number ?? 0, site.Head?.Payload, site.HeadAt, site.GapFoundAt, site.Duplicates);
}
