using Dapper;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Finds the reports of nights in the stored ledgers.</summary>
internal static class NightStore
{
    /// <summary>Notes which of the entries hold the report of a night.</summary>
    public static void Add(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<StoredEntry> entries) => connection.Execute(
        "INSERT INTO nights (site_id, ledger, number) VALUES (@SiteId, @Ledger, @Number)",
        entries.Where(e => e.Entry.Night is not null).Select(e => new { e.SiteId, e.Ledger, e.Entry.Number }),
        transaction);

    /// <summary>The newest report of each site, or of one site.</summary>
    public static Dictionary<long, NightNote> Load(SqliteConnection connection, long? siteId = null) => connection
        .Query<LedgerRow>(
            """
            SELECT a.site_id, a.ledger, a.number, a.payload, a.received_at, a.envelope FROM nights n
            JOIN acknowledgements a ON a.site_id = n.site_id AND a.ledger = n.ledger AND a.number = n.number
            WHERE (@SiteId IS NULL OR n.site_id = @SiteId)
            AND NOT EXISTS (SELECT 1 FROM nights o WHERE o.site_id = n.site_id AND (o.ledger, o.number) > (n.ledger, n.number))
            """,
            new { SiteId = siteId })
        .ToDictionary(row => row.SiteId, row => new NightNote(row.ToEntry().Entry.Night!, row.ReceivedAt));
}
