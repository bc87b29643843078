using System.Text.Json;
using Dapper;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
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
        var rows = connection.Query<Row>(
            """
            SELECT ledger, number, payload, received_at, envelope FROM acknowledgements
            WHERE site_id = @SiteId AND (@Ledger IS NULL OR (ledger, number) < (@Ledger, @Number))
            ORDER BY ledger DESC, number DESC LIMIT @Limit
            """,
            new { SiteId = siteId, before?.Ledger, before?.Number, Limit = limit });
        return [.. rows.Select(r => r.ToEntry())];
    }

    private sealed record Row(long Ledger, long Number, Digest Payload, DateTimeOffset ReceivedAt, byte[] Envelope)
    {
        public LedgerEntry ToEntry()
        {
            if (!DsseEnvelope.TryParse(Envelope, out var envelope, out var problem))
            {
                throw new InvalidOperationException($"a stored envelope cannot be read: {problem}");
            }

            var entry = JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.Acknowledgement)!;
            return new LedgerEntry(new LedgerPosition((int)Ledger, Number), Payload, ReceivedAt, entry);
        }
    }
}
