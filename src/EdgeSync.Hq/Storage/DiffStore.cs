using System.Text.Json;
using Dapper;
using EdgeSync.Contracts;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Stores the last question to each site where its cluster is not what should run, and the signed answer.</summary>
internal sealed class DiffStore(SqliteDatabase database)
{
    /// <summary>Notes that somebody asks. Returns what the answer must repeat; an answer to an earlier question no longer counts.</summary>
    public string Ask(long siteId, string by, DateTimeOffset at)
    {
        var request = Guid.NewGuid().ToString("N");
        using var connection = database.Connect();
        connection.Execute(
            """
            INSERT INTO diffs (site_id, request, asked_at, asked_by) VALUES (@SiteId, @Request, @At, @By)
            ON CONFLICT (site_id) DO UPDATE SET request = excluded.request, asked_at = excluded.asked_at, asked_by = excluded.asked_by,
                received_at = NULL, envelope = NULL
            """,
            new { SiteId = siteId, Request = request, At = at, By = by });
        return request;
    }

    /// <summary>Stores an answer, unless nobody asked for it.</summary>
    public static void Add(SqliteConnection connection, SqliteTransaction transaction, StoredDiff diff) => connection.Execute(
        "UPDATE diffs SET received_at = @ReceivedAt, envelope = @Envelope WHERE site_id = @SiteId AND request = @Request",
        new { diff.SiteId, diff.Document.Request, diff.ReceivedAt, Envelope = diff.Envelope.ToArray() },
        transaction);

    /// <summary>The last question to the site and its answer, or null if nobody has asked.</summary>
    public SiteDiff? Find(long siteId)
    {
        using var connection = database.Connect();
        return connection.QuerySingleOrDefault<Row>("SELECT asked_at, asked_by, received_at, envelope FROM diffs WHERE site_id = @SiteId", new { SiteId = siteId })?.ToDiff();
    }

    private sealed class Row
    {
        public required DateTimeOffset AskedAt { get; init; }

        public required string AskedBy { get; init; }

        public DateTimeOffset? ReceivedAt { get; init; }

        public byte[]? Envelope { get; init; }

        public SiteDiff ToDiff()
        {
            if (Envelope is null)
            {
                return new SiteDiff(AskedAt, AskedBy, ReceivedAt: null, Answer: null);
            }

            return DsseEnvelope.TryParse(Envelope, out var envelope, out var problem)
                ? new SiteDiff(AskedAt, AskedBy, ReceivedAt, JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.PlanDocument))
                : throw new InvalidOperationException($"a stored envelope cannot be read: {problem}");
        }
    }
}
