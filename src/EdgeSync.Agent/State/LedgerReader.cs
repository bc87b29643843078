using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Reads the site's own acknowledgements, also those that still wait for their signature.</summary>
internal sealed class LedgerReader(SqliteDatabase database)
{
    /// <summary>The entries, the newest first, read while they are enumerated; what cannot be read is left out, and 'edgesync doctor' says so.</summary>
    public IEnumerable<Acknowledgement> NewestFirst()
    {
        using var connection = database.Connect();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT envelope, unsigned FROM ledger ORDER BY number DESC";
        using var reader = select.ExecuteReader();
        while (reader.Read())
        {
            var payload = reader.IsDBNull(1) ? PayloadOf(reader.GetFieldValue<byte[]>(0)) : reader.GetFieldValue<byte[]>(1);
            if (Parse(payload.Span) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private static ReadOnlyMemory<byte> PayloadOf(byte[] envelope) => DsseEnvelope.TryParse(envelope, out var parsed, out _) ? parsed.Payload : default;

    private static Acknowledgement? Parse(ReadOnlySpan<byte> payload)
    {
        try
        {
            return payload.IsEmpty ? null : JsonSerializer.Deserialize(payload, ContractsJsonContext.Default.Acknowledgement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
