using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>Reads stored ledgers. What it shows comes out of the signed envelopes themselves.</summary>
internal sealed class LedgerStore(SqliteDatabase database)
{
    /// <summary>
    /// The newest entries first, over all of the site's ledgers; those before <paramref name="before"/> (exclusive) where it is given.
    /// </summary>
    public IReadOnlyList<LedgerEntry> List(long siteId, LedgerPosition? before, int limit)
    {
        using var connection = database.Connect();
        return connection.ReadAll(
            """
            SELECT ledger, number, payload, received_at, envelope FROM acknowledgements
            WHERE site_id = @site AND (@ledger IS NULL OR (ledger, number) < (@ledger, @number))
            ORDER BY ledger DESC, number DESC LIMIT @limit
            """,
            Map,
            ("@site", siteId),
            ("@ledger", before?.Ledger),
            ("@number", before?.Number),
            ("@limit", limit));
    }

    private static LedgerEntry Map(SqliteDataReader row)
    {
        if (!DsseEnvelope.TryParse(row.GetFieldValue<byte[]>(4), out var envelope, out var problem))
        {
            throw new InvalidOperationException($"a stored envelope cannot be read: {problem}");
        }

        var entry = JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.Acknowledgement)!;
        return new LedgerEntry(new LedgerPosition(row.GetInt32(0), row.GetInt64(1)), Digest.Parse(row.GetString(2)), row.GetTime(3), entry);
    }
}
