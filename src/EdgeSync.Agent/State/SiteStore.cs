using System.Text.Json;
using EdgeSync.Agent.Time;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>
/// Channels and ledger in the site's SQLite file. Each commit is one transaction that is on disk when the call returns; after it, the second copy of the
/// highest release is written.
/// </summary>
internal sealed class SiteStore(SqliteDatabase database, Ledger ledger, RollbackGuard guard, SiteClock clock) : ISiteStore
{
    private readonly Lock _lock = new();

    public ChannelRecord Load(string channel)
    {
        using var connection = database.Connect();
        return guard.Reconcile(Load(connection, channel));
    }

    /// <summary>The channel's record as this connection sees it.</summary>
    public static ChannelRecord Load(SqliteConnection connection, string channel)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT record FROM channels WHERE name = $name";
        select.Parameters.AddWithValue("$name", channel);
        return select.ExecuteScalar() is byte[] json
            ? JsonSerializer.Deserialize(json, StateJsonContext.Default.ChannelRecord)!
            : new ChannelRecord { Channel = channel };
    }

    /// <summary>What the cache must keep: the bundles that a channel runs or is on its way to, and the artifacts of their releases.</summary>
    public IEnumerable<Digest> NeededContent()
    {
        using var connection = database.Connect();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT record FROM channels";
        using var reader = select.ExecuteReader();
        var needed = new List<Digest>();
        while (reader.Read())
        {
            var record = JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(0), StateJsonContext.Default.ChannelRecord)!;
            foreach (var copy in new[] { record.LastGood, record.IsUnderWay ? record.Target : null }.OfType<ReleaseCopy>())
            {
                needed.Add(copy.Summary.Digest);
                if (copy.Artifact is { } artifact)
                {
                    needed.Add(artifact);
                }
            }
        }

        return needed;
    }

    public void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        lock (_lock)
        {
            try
            {
                using var connection = database.Connect();
                using var transaction = connection.BeginTransaction();
                Save(connection, record);
                foreach (var draft in acknowledgements)
                {
                    ledger.Append(connection, draft);
                }

                SiteSettings.WriteTimes(connection, clock);
                transaction.Commit();
            }
            catch (SqliteException failure)
            {
                throw StateFailures.NotWritten(failure);
            }

            guard.Note(record, clock.Proven);
        }

        if (acknowledgements.Count > 0)
        {
            ledger.NotifyAppended();
        }
    }

    /// <summary>Stores until when the agent ran, whether or not something changed.</summary>
    public void NoteTime()
    {
        try
        {
            using var connection = database.Connect();
            SiteSettings.WriteTimes(connection, clock);
            guard.Note(clock.Proven);
        }
        catch (SqliteException failure)
        {
            throw StateFailures.NotWritten(failure);
        }
    }

    private static void Save(SqliteConnection connection, ChannelRecord record)
    {
        using var upsert = connection.CreateCommand();
        upsert.CommandText = "INSERT INTO channels (name, record) VALUES ($name, $record) ON CONFLICT (name) DO UPDATE SET record = excluded.record";
        upsert.Parameters.AddWithValue("$name", record.Channel);
        upsert.Parameters.AddWithValue("$record", JsonSerializer.SerializeToUtf8Bytes(record, StateJsonContext.Default.ChannelRecord));
        upsert.ExecuteNonQuery();
    }
}
