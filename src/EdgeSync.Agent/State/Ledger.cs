using System.Globalization;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// The site's signed, chained list of acknowledgements, and how far HQ has confirmed it. What is not confirmed is the outbox. Entries are
/// only ever appended.
/// </summary>
internal sealed class Ledger
{
    private readonly SqliteDatabase _database;
    private readonly SiteProfile _site;
    private readonly SigningKey _key;
    private readonly SiteClock _clock;
    private long _number;
    private long _confirmed;

    public Ledger(SqliteDatabase database, SiteProfile site, SigningKey key, SiteClock clock)
    {
        _database = database;
        _site = site;
        _key = key;
        _clock = clock;
        using var connection = database.Connect();
        (_number, _confirmed) = Ends(connection);
    }

    /// <summary>Raised, from any thread, after entries were appended or confirmed.</summary>
    public event Action? Changed;

    /// <summary>The number of the newest entry; 0 before the first.</summary>
    public long Number => Interlocked.Read(ref _number);

    /// <summary>The highest number that HQ has confirmed.</summary>
    public long Confirmed => Interlocked.Read(ref _confirmed);

    /// <summary>Appends one entry within the caller's transaction.</summary>
    public void Append(SqliteConnection connection, AcknowledgementDraft draft)
    {
        var happened = new Acknowledgement
        {
            Fleet = _site.Fleet,
            Site = _site.Site,
            Number = 0, // The signer numbers and chains it.
            At = _clock.GetUtcNow(),
            ClockTrusted = _clock.IsTrusted,
            Event = draft.Event,
            Release = draft.Release,
            Trust = draft.Trust,
            Stage = draft.Stage,
            Reason = draft.Reason,
            Message = draft.Message,
            DurationMs = (long?)draft.Duration?.TotalMilliseconds,
            Fingerprint = draft.Fingerprint,
        };
        var signed = AcknowledgementSigner.Sign(happened, Newest(connection), _key);

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO ledger (number, envelope, payload) VALUES ($number, $envelope, $payload)";
        insert.Parameters.AddWithValue("$number", signed.Head.Number);
        insert.Parameters.AddWithValue("$envelope", signed.Envelope.ToArray());
        insert.Parameters.AddWithValue("$payload", signed.Head.Payload.ToString());
        insert.ExecuteNonQuery();
    }

    /// <summary>Tells those who deliver; called after the transaction is on disk.</summary>
    public void SayItGrew()
    {
        using (var connection = _database.Connect())
        {
            Interlocked.Exchange(ref _number, Newest(connection)?.Number ?? 0);
        }

        Changed?.Invoke();
    }

    /// <summary>The entries from a number on, in order, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<LedgerEntry> Read(long from, int limit)
    {
        using var connection = _database.Connect();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, envelope FROM ledger WHERE number >= $from ORDER BY number LIMIT $limit";
        select.Parameters.AddWithValue("$from", from);
        select.Parameters.AddWithValue("$limit", limit);
        using var reader = select.ExecuteReader();
        var entries = new List<LedgerEntry>();
        while (reader.Read())
        {
            entries.Add(new LedgerEntry(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        }

        return entries;
    }

    /// <summary>HQ has everything up to this number. A number beyond the newest, or lower than before, changes nothing.</summary>
    public void Confirm(long through)
    {
        if (through > Number || through <= Confirmed)
        {
            return;
        }

        using (var connection = _database.Connect())
        {
            Facts.Write(connection, Facts.ConfirmedThrough, through.ToString(CultureInfo.InvariantCulture));
        }

        Interlocked.Exchange(ref _confirmed, through);
        Changed?.Invoke();
    }

    /// <summary>The numbers of the newest entry and of the newest that HQ has confirmed, as this connection sees them; 0 where there is none.</summary>
    public static (long Newest, long Confirmed) Ends(SqliteConnection connection) => (
        Newest(connection)?.Number ?? 0, long.Parse(Facts.Read(connection, Facts.ConfirmedThrough) ?? "0", CultureInfo.InvariantCulture));

    private static LedgerHead? Newest(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, payload FROM ledger ORDER BY number DESC LIMIT 1";
        using var reader = select.ExecuteReader();
        return reader.Read() ? new LedgerHead(reader.GetInt64(0), Digest.Parse(reader.GetString(1))) : null;
    }
}
