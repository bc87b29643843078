using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Verifies the site's own ledger as HQ would: every signature, every number, every digest of the entry before.</summary>
/// <param name="Entries">How many entries were read.</param>
/// <param name="Waiting">How many of them wait for their signature.</param>
/// <param name="Fault">What is wrong with the first bad entry, or null.</param>
internal sealed record LedgerAudit(long Entries, long Waiting, string? Fault)
{
    /// <summary>Reads every entry. Raises a <see cref="SqliteException"/> where the database cannot be read.</summary>
    public static LedgerAudit Run(SqliteConnection connection, (string Fleet, string Site) owner, VerificationKey key)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, envelope, payload, unsigned FROM ledger ORDER BY number";
        using var reader = select.ExecuteReader();
        LedgerHead? head = null;
        long entries = 0;
        long waiting = 0;
        while (reader.Read())
        {
            entries++;
            var number = reader.GetInt64(0);
            var fault = (Digest.TryParse(reader.GetString(2), out var payload), reader.IsDBNull(3)) switch
            {
                (false, _) => "its digest cannot be read",
                (_, true) => FindFault(AcknowledgementVerifier.Verify(reader.GetFieldValue<byte[]>(1), new LedgerExpectation(owner.Fleet, owner.Site, key, head)), payload),
                _ when Digest.Of(reader.GetFieldValue<byte[]>(3)) != payload => "it waits for its signature, and its content is not what its digest says",
                _ when number != (head?.Number ?? 0) + 1 => "the entry before it is missing",
                _ when PreviousOf(reader.GetFieldValue<byte[]>(3)) != head?.Payload => "the entry before it is not the one that is stored",
                _ => null,
            };
            if (fault is not null)
            {
                return new LedgerAudit(entries, waiting, $"entry {number}: {fault}");
            }

            waiting += reader.IsDBNull(3) ? 0 : 1;
            head = new LedgerHead(number, payload);
        }

        return new LedgerAudit(entries, waiting, Fault: null);
    }

    // What waits for its signature has the right digest here, so that it is what the ledger itself wrote.
    private static Digest? PreviousOf(byte[] payload) => JsonSerializer.Deserialize(payload, ContractsJsonContext.Default.Acknowledgement)?.Previous;

    private static string? FindFault(LedgerVerdict verdict, Digest payload) => verdict switch
    {
        LedgerVerdict.Valid valid => valid.Head.Payload == payload ? null : "its content is not what its digest says",
        LedgerVerdict.Gap gap => $"entry {gap.Expected} is missing",
        LedgerVerdict.ChainBroken broken => broken.Problem,
        LedgerVerdict.WrongKey => "it is not signed by this site's key",
        LedgerVerdict.WrongSite wrong => wrong.Problem,
        LedgerVerdict.Malformed malformed => malformed.Problem,
        _ => "it is there twice",
    };
}
