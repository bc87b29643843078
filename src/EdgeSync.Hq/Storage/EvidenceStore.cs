using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Primitives;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Messages that were refused, kept for people. Bounded: nobody can fill the disk by sending rubbish.</summary>
internal sealed class EvidenceStore(SqliteDatabase database)
{
    private const int MaxPerSite = 100;
    private const int MaxTotal = 20_000;
    private const int MaxMessageBytes = 16 * 1024;

    private const string Columns = "id, fleet, site, kind, number, detail, first_at, last_at, count, reviewed_at, reviewed_by";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, Evidence evidence)
    {
        (string, object?)[] key =
        [
            ("@fleet", evidence.Site.Fleet), ("@site", evidence.Site.Site), ("@kind", evidence.Kind), ("@digest", Digest.Of(evidence.Message.Span)),
        ];
        // The same message again, also after a review, is the same evidence, and open again.
        var known = connection.Execute(
            transaction,
            """
            UPDATE evidence SET count = count + 1, last_at = @at, reviewed_at = NULL, reviewed_by = NULL
            WHERE fleet = @fleet AND site = @site AND kind = @kind AND message_digest = @digest
            """,
            [.. key, ("@at", evidence.At)]);
        if (known > 0 || IsFull(connection, transaction, evidence))
        {
            return;
        }

        connection.Execute(
            transaction,
            """
            INSERT INTO evidence (fleet, site, kind, number, detail, first_at, last_at, count, message_digest, message)
            VALUES (@fleet, @site, @kind, @number, @detail, @at, @at, 1, @digest, @message)
            """,
            [
                .. key,
                ("@number", evidence.Number),
                ("@detail", evidence.Detail),
                ("@at", evidence.At),
                ("@message", evidence.Message[..Math.Min(evidence.Message.Length, MaxMessageBytes)].ToArray()),
            ]);
    }

    /// <summary>The newest first; of one site, or of all where <paramref name="site"/> is null.</summary>
    public IReadOnlyList<EvidenceRow> List(SiteKey? site, bool openOnly, int limit)
    {
        using var connection = database.Connect();
        return connection.ReadAll(
            $"""
            SELECT {Columns} FROM evidence
            WHERE (@fleet IS NULL OR (fleet = @fleet AND site = @site)) AND (@open = 0 OR reviewed_at IS NULL)
            ORDER BY reviewed_at IS NOT NULL, last_at DESC, id DESC LIMIT @limit
            """,
            Map,
            ("@fleet", site?.Fleet),
            ("@site", site?.Site),
            ("@open", openOnly ? 1 : 0),
            ("@limit", limit));
    }

    public long CountOpen()
    {
        using var connection = database.Connect();
        return connection.ReadOne(null, "SELECT count(*) FROM evidence WHERE reviewed_at IS NULL", r => r.GetInt64(0));
    }

    /// <summary>A person has looked at everything of this site up to <paramref name="lastId"/>. Returns how many that were.</summary>
    public int Review(SiteKey site, long lastId, string by, DateTimeOffset at)
    {
        using var connection = database.Connect();
        return connection.Execute(
            null,
            "UPDATE evidence SET reviewed_at = @at, reviewed_by = @by WHERE fleet = @fleet AND site = @site AND id <= @last AND reviewed_at IS NULL",
            ("@at", at),
            ("@by", by),
            ("@fleet", site.Fleet),
            ("@site", site.Site),
            ("@last", lastId));
    }

    // When a site's share is used up, further messages only count on its newest row.
    private static bool IsFull(SqliteConnection connection, SqliteTransaction transaction, Evidence evidence)
    {
        var ofSite = connection.ReadOne(
            transaction,
            "SELECT count(*) FROM evidence WHERE fleet = @fleet AND site = @site",
            r => r.GetInt64(0),
            ("@fleet", evidence.Site.Fleet),
            ("@site", evidence.Site.Site));
        if (ofSite < MaxPerSite && connection.ReadOne(transaction, "SELECT count(*) FROM evidence", r => r.GetInt64(0)) < MaxTotal)
        {
            return false;
        }

        connection.Execute(
            transaction,
            """
            UPDATE evidence SET count = count + 1, last_at = @at, reviewed_at = NULL, reviewed_by = NULL
            WHERE id = (SELECT max(id) FROM evidence WHERE fleet = @fleet AND site = @site)
            """,
            ("@at", evidence.At),
            ("@fleet", evidence.Site.Fleet),
            ("@site", evidence.Site.Site));
        return true;
    }

    private static EvidenceRow Map(SqliteDataReader row) => new(
        row.GetInt64(0),
        new SiteKey(row.GetString(1), row.GetString(2)),
        Enum.Parse<EvidenceKind>(row.GetString(3)),
        row.GetNumberOrNull(4),
        row.GetString(5),
        row.GetTime(6),
        row.GetTime(7),
        row.GetInt64(8),
        row.GetTimeOrNull(9),
        row.GetTextOrNull(10));
}
