using Dapper;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Finds the preflights in the stored ledgers, and stores when somebody at HQ asked a site for one.</summary>
internal sealed class PreflightStore(SqliteDatabase database)
{
    private const string SelectReports =
        """
        SELECT a.site_id, a.ledger, a.number, a.payload, a.received_at, a.envelope FROM preflights p
        JOIN acknowledgements a ON a.site_id = p.site_id AND a.ledger = p.ledger AND a.number = p.number
        """;

    private const string SelectAsks = "SELECT site_id, request, asked_at, asked_by, expires_at, deadline, mission_hours FROM preflight_asks";

    /// <summary>Lists the entries of a site that hold a preflight, the newest first. If <paramref name="before"/> is given, only entries before it (exclusive).</summary>
    public IReadOnlyList<LedgerEntry> List(long siteId, LedgerPosition? before, int limit)
    {
        using var connection = database.Connect();
        var rows = connection.Query<LedgerRow>(
            SelectReports + " WHERE p.site_id = @SiteId AND (@Ledger IS NULL OR (p.ledger, p.number) < (@Ledger, @Number)) ORDER BY p.ledger DESC, p.number DESC LIMIT @Limit",
            new { SiteId = siteId, before?.Ledger, before?.Number, Limit = limit });
        return [.. rows.Select(row => row.ToEntry())];
    }

    /// <summary>Stores that these sites were asked, in one transaction. An earlier question to them no longer counts.</summary>
    public void Ask(IEnumerable<(long SiteId, PreflightAsk Ask)> asks)
    {
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            """
            INSERT INTO preflight_asks (site_id, request, asked_at, asked_by, expires_at, deadline, mission_hours) VALUES (@SiteId, @Request, @At, @By, @ExpiresAt, @Deadline, @MissionHours)
            ON CONFLICT (site_id) DO UPDATE SET request = excluded.request, asked_at = excluded.asked_at, asked_by = excluded.asked_by, expires_at = excluded.expires_at,
                deadline = excluded.deadline, mission_hours = excluded.mission_hours
            """,
            asks.Select(a => new { a.SiteId, a.Ask.Request, a.Ask.At, a.Ask.By, a.Ask.ExpiresAt, a.Ask.Terms.Deadline, a.Ask.Terms.MissionHours }),
            transaction);
        transaction.Commit();
    }

    /// <summary>Notes which of the entries hold a preflight.</summary>
    public static void Add(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<StoredEntry> entries) => connection.Execute(
        "INSERT INTO preflights (site_id, ledger, number) VALUES (@SiteId, @Ledger, @Number)",
        entries.Where(e => e.Entry.Preflight is not null).Select(e => new { e.SiteId, e.Ledger, e.Entry.Number }),
        transaction);

    /// <summary>The newest preflight of each site, or of one site.</summary>
    public static Dictionary<long, PreflightNote> LoadNotes(SqliteConnection connection, long? siteId = null) => connection
        .Query<LedgerRow>(
            SelectReports
                + """
                   WHERE (@SiteId IS NULL OR p.site_id = @SiteId)
                  AND NOT EXISTS (SELECT 1 FROM preflights n WHERE n.site_id = p.site_id AND (n.ledger, n.number) > (p.ledger, p.number))
                  """,
            new { SiteId = siteId })
        .Select(row => (row.SiteId, Entry: row.ToEntry()))
        .ToDictionary(row => row.SiteId, row => PreflightNote.Of(row.Entry.Position, row.Entry.Entry.Preflight!, row.Entry.ReceivedAt));

    /// <summary>The last question to each site, or to one site.</summary>
    public static Dictionary<long, PreflightAsk> LoadAsks(SqliteConnection connection, long? siteId = null) => connection
        .Query<AskRow>(SelectAsks + " WHERE @SiteId IS NULL OR site_id = @SiteId", new { SiteId = siteId })
        .ToDictionary(row => row.SiteId, row => row.ToAsk());

    private sealed class AskRow
    {
        public required long SiteId { get; init; }

        public required string Request { get; init; }

        public required DateTimeOffset AskedAt { get; init; }

        public required string AskedBy { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        public DateTimeOffset? Deadline { get; init; }

        public int? MissionHours { get; init; }

        public PreflightAsk ToAsk() => new(Request, AskedAt, AskedBy, ExpiresAt, new PreflightTerms(Deadline, MissionHours));
    }
}
