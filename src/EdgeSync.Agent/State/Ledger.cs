using System.Globalization;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Text;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// The site's signed, chained list of acknowledgements, and how far HQ has confirmed it. The unconfirmed entries are the outbox. Entries are only
/// appended; a site with a new key starts a new ledger. When the key cannot sign, an entry still takes its place in the chain and is signed later: the
/// site's work must not depend on a TPM.
/// </summary>
internal sealed class Ledger
{
    private readonly SqliteDatabase _database;
    private readonly SiteProfile _site;
    private readonly SigningKey _key;
    private readonly SiteClock _clock;
    private long _number;
    private long _confirmed;
    private volatile SigningException? _failure;

    public Ledger(SqliteDatabase database, SiteProfile site, SigningKey key, SiteClock clock)
    {
        _database = database;
        _site = site;
        _key = key;
        _clock = clock;
        using var connection = database.Connect();
        StartOverForAnotherKey(connection);
        (_number, _confirmed) = Ends(connection);
    }

    /// <summary>Raised, from any thread, after entries were appended, signed or confirmed, and when <see cref="Notice"/> changed.</summary>
    public event Action? Changed;

    /// <summary>The number of the newest entry; 0 before the first.</summary>
    public long Number => Interlocked.Read(ref _number);

    /// <summary>The highest number that HQ has confirmed.</summary>
    public long Confirmed => Interlocked.Read(ref _confirmed);

    /// <summary>A notice for people while entries wait for their signature; or null.</summary>
    public SiteNotice? Notice => _failure is { } failure
        ? new SiteNotice(
            ReasonCodes.LedgerNotSigned,
            $"the site goes on, and its acknowledgements wait here for their signature, {failure.Reason}: {failure.Message}",
            failure.Hint)
        : null;

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
            Preflight = draft.Preflight,
            Night = draft.Night,
            Stage = draft.Stage,
            Reason = draft.Reason,

            // HQ refuses an entry with a longer text, and with it all that follow.
            Message = draft.Message is { } message ? ShortText.Of(message, Acknowledgement.MaxMessageLength) : null,
            DurationMs = (long?)draft.Duration?.TotalMilliseconds,
            Fingerprint = draft.Fingerprint,
            Details = draft.Details,
        };
        var chained = AcknowledgementSigner.Chain(happened, Newest(connection));
        var envelope = TrySeal(connection, chained.Payload);

        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO ledger (number, envelope, payload, unsigned) VALUES ($number, $envelope, $payload, $unsigned)";
        insert.Parameters.AddWithValue("$number", chained.Head.Number);
        insert.Parameters.AddWithValue("$envelope", envelope ?? []);
        insert.Parameters.AddWithValue("$payload", chained.Head.Payload.ToString());
        insert.Parameters.AddWithValue("$unsigned", envelope is null ? chained.Payload.ToArray() : DBNull.Value);
        insert.ExecuteNonQuery();
    }

    /// <summary>
    /// Signs the entries that wait for their signature, the oldest first; true where none waits any more. Throws
    /// <see cref="Primitives.Failures.StorageException"/> where a signature cannot be stored.
    /// </summary>
    public bool SignWaiting()
    {
        var before = _failure;
        var signed = 0;
        try
        {
            using var connection = _database.Connect();
            while (FirstWaiting(connection) is var (number, payload))
            {
                Keep(connection, number, AcknowledgementSigner.Seal(payload, _key).ToArray());
                signed++;
            }

            _failure = null;
        }
        catch (SigningException failure)
        {
            _failure = failure;
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }

        var now = _failure;
        if (signed > 0 || now?.Message != before?.Message)
        {
            Changed?.Invoke();
        }

        return now is null;
    }

    /// <summary>Tells the link to HQ that there are new entries. Call it after the transaction is on disk.</summary>
    public void NotifyAppended()
    {
        using (var connection = _database.Connect())
        {
            Interlocked.Exchange(ref _number, Newest(connection)?.Number ?? 0);
        }

        Changed?.Invoke();
    }

    /// <summary>The signed entries from a number on, in order, at most <paramref name="limit"/>; none behind one that waits for its signature.</summary>
    public IReadOnlyList<LedgerEntry> Read(long from, int limit)
    {
        using var connection = _database.Connect();
        using var select = connection.CreateCommand();
        select.CommandText = """
            SELECT number, envelope FROM ledger
            WHERE number >= $from AND number < coalesce((SELECT min(number) FROM ledger WHERE unsigned IS NOT NULL), $end)
            ORDER BY number LIMIT $limit
            """;
        select.Parameters.AddWithValue("$end", long.MaxValue);
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

    /// <summary>Records that HQ has everything up to this number. A number beyond the newest, or lower than before, changes nothing.</summary>
    public void Confirm(long through)
    {
        if (through > Number || through <= Confirmed)
        {
            return;
        }

        using (var connection = _database.Connect())
        {
            SiteSettings.Write(connection, SiteSettings.ConfirmedThrough, through.ToString(CultureInfo.InvariantCulture));
        }

        Interlocked.Exchange(ref _confirmed, through);
        Changed?.Invoke();
    }

    /// <summary>The numbers of the newest entry and of the newest that HQ has confirmed, as this connection sees them; 0 where there is none.</summary>
    public static (long Newest, long Confirmed) Ends(SqliteConnection connection) => (
        Newest(connection)?.Number ?? 0, long.Parse(SiteSettings.Read(connection, SiteSettings.ConfirmedThrough) ?? "0", CultureInfo.InvariantCulture));

    // For HQ a ledger belongs to one key. What the old key signed is kept as history.
    private void StartOverForAnotherKey(SqliteConnection connection)
    {
        var key = _key.PublicKey.Id.ToString();
        var known = SiteSettings.Read(connection, SiteSettings.LedgerKey);
        if (known == key)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        if (known is not null)
        {
            using var move = connection.CreateCommand();
            move.CommandText = """
                INSERT OR REPLACE INTO old_ledgers (key, number, envelope, payload, unsigned)
                    SELECT $key, number, envelope, payload, unsigned FROM ledger;
                DELETE FROM ledger;
                """;
            move.Parameters.AddWithValue("$key", known);
            move.ExecuteNonQuery();
            SiteSettings.Write(connection, SiteSettings.ConfirmedThrough, "0");
        }

        SiteSettings.Write(connection, SiteSettings.LedgerKey, key);
        transaction.Commit();
    }

    // Only SignWaiting tries a key again that could not sign: a key that hangs would delay every commit of the site.
    private byte[]? TrySeal(SqliteConnection connection, ReadOnlyMemory<byte> payload)
    {
        if (FirstWaiting(connection) is not null)
        {
            return null;
        }

        try
        {
            return AcknowledgementSigner.Seal(payload, _key).ToArray();
        }
        catch (SigningException failure)
        {
            _failure = failure;
            return null;
        }
    }

    private static void Keep(SqliteConnection connection, long number, byte[] envelope)
    {
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE ledger SET envelope = $envelope, unsigned = NULL WHERE number = $number";
        update.Parameters.AddWithValue("$envelope", envelope);
        update.Parameters.AddWithValue("$number", number);
        update.ExecuteNonQuery();
    }

    private static (long Number, byte[] Payload)? FirstWaiting(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, unsigned FROM ledger WHERE unsigned IS NOT NULL ORDER BY number LIMIT 1";
        using var reader = select.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private static LedgerHead? Newest(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, payload FROM ledger ORDER BY number DESC LIMIT 1";
        using var reader = select.ExecuteReader();
        return reader.Read() ? new LedgerHead(reader.GetInt64(0), Digest.Parse(reader.GetString(1))) : null;
    }
}

/// <summary>One signed entry, as it is sent to HQ.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Envelope">The DSSE envelope's bytes.</param>
internal sealed record LedgerEntry(long Number, byte[] Envelope);
