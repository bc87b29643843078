using Dapper;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Reads stored ledgers. The content of an entry comes from its signed envelope.</summary>
internal sealed class LedgerStore(SqliteDatabase database)
{
    /// <summary>
    /// Lists the newest entries first, over all ledgers of the site. If <paramref name="before"/> is given, only entries before it (exclusive).
    /// </summary>
    public IReadOnlyList<LedgerEntry> List(long siteId, LedgerPosition? before, int limit)
    {
        using var connection = database.Connect();
        var rows = connection.Query<LedgerRow>(
            """
            SELECT site_id, ledger, number, payload, received_at, envelope FROM acknowledgements
            WHERE site_id = @SiteId AND (@Ledger IS NULL OR (ledger, number) < (@Ledger, @Number))
            ORDER BY ledger DESC, number DESC LIMIT @Limit
            """,
            new { SiteId = siteId, before?.Ledger, before?.Number, Limit = limit });
        return [.. rows.Select(r => r.ToEntry())];
    }
}
