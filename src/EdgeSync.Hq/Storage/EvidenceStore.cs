using Dapper;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Primitives;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Stores refused messages for operators to review. The number of rows is bounded, so that invalid messages cannot fill the disk.</summary>
internal sealed class EvidenceStore(SqliteDatabase database)
{
    private const int MaxPerSite = 100;
    private const int MaxTotal = 20_000;
    private const int MaxMessageBytes = 16 * 1024;

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, Evidence evidence)
    {
        var row = new
        {
            evidence.Site.Fleet,
            evidence.Site.Site,
            Kind = evidence.Kind.ToString(),
            evidence.Number,
            evidence.Detail,
            evidence.At,
            MessageDigest = Digest.Of(evidence.Message.Span),
            Message = evidence.Message[..Math.Min(evidence.Message.Length, MaxMessageBytes)].ToArray(),
        };

        // A repeated message is the same evidence. It opens the alert again, even after a review.
        var updated = connection.Execute(
            """
            UPDATE evidence SET count = count + 1, last_at = @At, reviewed_at = NULL, reviewed_by = NULL
            WHERE fleet = @Fleet AND site = @Site AND kind = @Kind AND message_digest = @MessageDigest
            """,
            row,
            transaction);
        if (updated == 0 && !CountOnNewestRowIfFull(connection, transaction, evidence))
        {
            connection.Execute(
                """
                INSERT INTO evidence (fleet, site, kind, number, detail, first_at, last_at, count, message_digest, message)
                VALUES (@Fleet, @Site, @Kind, @Number, @Detail, @At, @At, 1, @MessageDigest, @Message)
                """,
                row,
                transaction);
        }
    }

    /// <summary>Lists the newest evidence first: of one site, or of all sites if <paramref name="site"/> is null.</summary>
    public IReadOnlyList<EvidenceRow> List(SiteKey? site, bool openOnly, int limit)
    {
        using var connection = database.Connect();
        return connection.Query<EvidenceRow>(
            """
            SELECT id, fleet, site, kind, number, detail, first_at, last_at, count, reviewed_at, reviewed_by FROM evidence
            WHERE (@Fleet IS NULL OR (fleet = @Fleet AND site = @Site)) AND (NOT @OpenOnly OR reviewed_at IS NULL)
            ORDER BY reviewed_at IS NOT NULL, last_at DESC, id DESC LIMIT @Limit
            """,
            new { site?.Fleet, site?.Site, OpenOnly = openOnly, Limit = limit }).AsList();
    }

    /// <summary>Marks all evidence of the site up to <paramref name="lastId"/> as reviewed. Returns how many rows changed.</summary>
    public int Review(SiteKey site, long lastId, string by, DateTimeOffset at)
    {
        using var connection = database.Connect();
        return connection.Execute(
            "UPDATE evidence SET reviewed_at = @At, reviewed_by = @By WHERE fleet = @Fleet AND site = @Site AND id <= @LastId AND reviewed_at IS NULL",
            new { At = at, By = by, site.Fleet, site.Site, LastId = lastId });
    }

    // If the site or the whole table has reached its limit, further messages are only counted, on the newest row of the site.
    private static bool CountOnNewestRowIfFull(SqliteConnection connection, SqliteTransaction transaction, Evidence evidence)
    {
        var key = new { evidence.Site.Fleet, evidence.Site.Site, evidence.At };
        var ofSite = connection.ExecuteScalar<long>("SELECT count(*) FROM evidence WHERE fleet = @Fleet AND site = @Site", key, transaction);
        if (ofSite < MaxPerSite && connection.ExecuteScalar<long>("SELECT count(*) FROM evidence", transaction: transaction) < MaxTotal)
        {
            return false;
        }

        connection.Execute(
            """
            UPDATE evidence SET count = count + 1, last_at = @At, reviewed_at = NULL, reviewed_by = NULL
            WHERE id = (SELECT max(id) FROM evidence WHERE fleet = @Fleet AND site = @Site)
            """,
            key,
            transaction);
        return true;
    }
}
