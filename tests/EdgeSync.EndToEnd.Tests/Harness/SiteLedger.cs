using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>Reads a site's ledger from its database, beside the running agent.</summary>
internal static class SiteLedger
{
    public static IReadOnlyList<Acknowledgement> Read(string database)
    {
        SqliteDatabase.LoadProvider();
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT envelope FROM ledger ORDER BY number";
        using var reader = select.ExecuteReader();
        var entries = new List<Acknowledgement>();
        while (reader.Read())
        {
            Assert.True(DsseEnvelope.TryParse(reader.GetFieldValue<byte[]>(0), out var envelope, out var problem), problem);
            entries.Add(JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.Acknowledgement)!);
        }

        return entries;
    }
}
