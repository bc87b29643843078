using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.State;

/// <summary>
/// The holds in the site's database; they survive a restart. Each is set and ended in one transaction with its acknowledgement. Safe for use by several
/// threads; the state lock keeps other processes out.
/// </summary>
internal sealed partial class HoldStore : IHoldStore
{
    private readonly Lock _lock = new();
    private readonly SqliteDatabase _database;
    private readonly Ledger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile IReadOnlyList<Hold> _holds;

    public HoldStore(SqliteDatabase database, Ledger ledger, TimeProvider time, ILogger<HoldStore> logger)
    {
        _database = database;
        _ledger = ledger;
        _time = time;
        _logger = logger;
        using var connection = database.Connect();
        _holds = Load(connection);
    }

    /// <summary>Raised, from any thread, after a hold was set or ended.</summary>
    public event Action? Changed;

    /// <summary>All holds; some may have expired since the last check.</summary>
    public IReadOnlyList<Hold> All => _holds;

    public Hold? Active(string channel)
    {
        EndExpired();
        return _holds.Where(hold => hold.Channel is null || hold.Channel == channel).MaxBy(hold => hold.Expires ?? DateTimeOffset.MaxValue);
    }

    /// <summary>Sets a hold; it replaces the hold of the same owner on the same channel.</summary>
    public void Set(Hold hold)
    {
        var until = hold.Expires is { } end ? $"until {end:u}" : "until it is cleared";
        Change(
            holds => [.. holds.Where(other => (other.Owner, other.Channel) == (hold.Owner, hold.Channel))],
            hold,
            _ => "",
            new AcknowledgementDraft(AcknowledgementEvent.Held, Release: null)
            {
                Stage = PipelineStage.Gate,
                Reason = ReasonCodes.Held,
                Message = $"{hold.Owner} holds {Scope(hold)} {until}: {hold.Reason}",
            });
        LogHeld(hold.Owner, Scope(hold), until, hold.Reason);
    }

    /// <summary>Ends these holds, and returns those that existed.</summary>
    public IReadOnlyList<Hold> Clear(string by, Func<Hold, bool> isMeant) =>
        Change(holds => [.. holds.Where(isMeant)], added: null, hold => $"{by} ended the hold of {hold.Owner} on {Scope(hold)}: {hold.Reason}");

    /// <summary>The holds as this connection sees them, including expired ones.</summary>
    public static List<Hold> Load(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT owner, reason, since, expires, channel FROM holds ORDER BY id";
        using var reader = select.ExecuteReader();
        var holds = new List<Hold>();
        while (reader.Read())
        {
            DateTimeOffset? expires = reader.IsDBNull(3) ? null : Parse(reader.GetString(3));
            var channel = reader.IsDBNull(4) ? null : reader.GetString(4);
            holds.Add(new Hold(reader.GetString(0), reader.GetString(1), Parse(reader.GetString(2)), expires, channel));
        }

        return holds;
    }

    /// <summary>Ends the expired holds.</summary>
    public void EndExpired()
    {
        var now = _time.GetUtcNow();
        if (_holds.Any(hold => hold.Expires <= now))
        {
            Change(
                holds => [.. holds.Where(hold => hold.Expires <= now)],
                added: null,
                hold => $"the hold of {hold.Owner} on {Scope(hold)} ran out at {hold.Expires:u}: {hold.Reason}");
        }
    }

    private static string Scope(Hold hold) => hold.Channel is { } channel ? $"channel {channel}" : "the site";

    private IReadOnlyList<Hold> Change(
        Func<IReadOnlyList<Hold>, IReadOnlyList<Hold>> choose, Hold? added, Func<Hold, string> describeEnd, AcknowledgementDraft? set = null)
    {
        IReadOnlyList<Hold> ended;
        List<AcknowledgementDraft> acknowledgements;
        lock (_lock)
        {
            ended = choose(_holds);
            if (ended.Count == 0 && added is null)
            {
                return ended;
            }

            // A replaced hold continues with another reason; it does not end.
            acknowledgements = set is not null ? [set] : [.. ended.Select(hold => new AcknowledgementDraft(AcknowledgementEvent.Released, Release: null)
            {
                Stage = PipelineStage.Gate,
                Message = describeEnd(hold),
            })];
            Write(ended, added, acknowledgements);
            _holds = [.. _holds.Except(ended), .. added is null ? Array.Empty<Hold>() : [added]];
        }

        foreach (var draft in acknowledgements.Where(draft => draft.Event == AcknowledgementEvent.Released))
        {
            LogEnded(draft.Message!);
        }

        _ledger.NotifyAppended();
        Changed?.Invoke();
        return ended;
    }

    private void Write(IReadOnlyList<Hold> ended, Hold? added, List<AcknowledgementDraft> acknowledgements)
    {
        try
        {
            using var connection = _database.Connect();
            using var transaction = connection.BeginTransaction();
            foreach (var hold in ended)
            {
                using var delete = connection.CreateCommand();
                delete.CommandText = "DELETE FROM holds WHERE owner = $owner AND channel IS $channel";
                delete.Parameters.AddWithValue("$owner", hold.Owner);
                delete.Parameters.AddWithValue("$channel", (object?)hold.Channel ?? DBNull.Value);
                delete.ExecuteNonQuery();
            }

            if (added is not null)
            {
                Insert(connection, added);
            }

            foreach (var draft in acknowledgements)
            {
                _ledger.Append(connection, draft);
            }

            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }
    }

    private static void Insert(SqliteConnection connection, Hold hold)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO holds (owner, reason, since, expires, channel) VALUES ($owner, $reason, $since, $expires, $channel)";
        insert.Parameters.AddWithValue("$owner", hold.Owner);
        insert.Parameters.AddWithValue("$reason", hold.Reason);
        insert.Parameters.AddWithValue("$since", Text(hold.Since));
        insert.Parameters.AddWithValue("$expires", hold.Expires is { } expires ? Text(expires) : DBNull.Value);
        insert.Parameters.AddWithValue("$channel", (object?)hold.Channel ?? DBNull.Value);
        insert.ExecuteNonQuery();
    }

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    [LoggerMessage(AgentEventIds.Held, LogLevel.Information, "{Owner} holds {Subject} {Until}: {Reason}")]
    private partial void LogHeld(string owner, string subject, string until, string reason);

    [LoggerMessage(AgentEventIds.HoldEnded, LogLevel.Information, "No longer held: {Message}")]
    private partial void LogEnded(string message);
}
