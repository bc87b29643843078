using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>Reads a site's ledger from its database, while the agent runs.</summary>
internal static class SiteLedger
{
    public static IReadOnlyList<Acknowledgement> Read(string database) => [.. ReadEnvelopes(database).Select(PayloadOf)];

    /// <summary>The chain from the first entry to the newest, each checked by the site's public key; fails where it is broken.</summary>
    public static IReadOnlyList<LedgerHead> Verify(string database, string publicKey)
    {
        var key = VerificationKey.FromPem(File.ReadAllText(publicKey), "ledger");
        var heads = new List<LedgerHead>();
        foreach (var envelope in ReadEnvelopes(database))
        {
            var entry = PayloadOf(envelope);
            var verdict = AcknowledgementVerifier.Verify(envelope, new LedgerExpectation(entry.Fleet, entry.Site, key, heads.LastOrDefault()));
            heads.Add(Assert.IsType<LedgerVerdict.Valid>(verdict).Head);
        }

        return heads;
    }

    private static List<byte[]> ReadEnvelopes(string database)
    {
        SqliteDatabase.LoadProvider();
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT envelope FROM ledger ORDER BY number";
        using var reader = select.ExecuteReader();
        var envelopes = new List<byte[]>();
        while (reader.Read())
        {
            envelopes.Add(reader.GetFieldValue<byte[]>(0));
        }

        return envelopes;
    }

    private static Acknowledgement PayloadOf(byte[] bytes)
    {
        Assert.True(DsseEnvelope.TryParse(bytes, out var envelope, out var problem), problem);
        return JsonSerializer.Deserialize(envelope.Payload.Span, ContractsJsonContext.Default.Acknowledgement)!;
    }
}
