using System.Globalization;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.State;

/// <summary>How many bytes came over the link for each channel, in the site's database, for 40 days.</summary>
internal sealed partial class TransferLog(SqliteDatabase database, SiteClock time, ILogger<TransferLog> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(40);

    /// <summary>Adds what one download received until now. Does not fail: what cannot be stored is logged and left out.</summary>
    public void Add(string channel, long bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        try
        {
            using var connection = database.Connect();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO transfers (channel, bytes, at) VALUES ($channel, $bytes, $at); DELETE FROM transfers WHERE at < $oldest";
            command.Parameters.AddWithValue("$channel", channel);
            command.Parameters.AddWithValue("$bytes", bytes);
            command.Parameters.AddWithValue("$at", Text(time.GetUtcNow()));
            command.Parameters.AddWithValue("$oldest", Text(time.GetUtcNow() - Kept));
            command.ExecuteNonQuery();
        }
        catch (SqliteException failure)
        {
            LogNotStored(channel, StateFailures.Describe(failure));
        }
    }

    /// <summary>How many bytes each channel received after one instant and until another. Raises a <see cref="SqliteException"/> where it cannot be read.</summary>
    public static IReadOnlyDictionary<string, long> Between(SqliteConnection connection, DateTimeOffset after, DateTimeOffset until)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT channel, sum(bytes) FROM transfers WHERE at > $after AND at <= $until GROUP BY channel";
        select.Parameters.AddWithValue("$after", Text(after));
        select.Parameters.AddWithValue("$until", Text(until));
        using var reader = select.ExecuteReader();
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            bytes.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return bytes;
    }

    // UTC in one length, so that texts are in the order of times.
    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    [LoggerMessage(AgentEventIds.TransferNotStored, LogLevel.Warning, "Channel {Channel}: how much was downloaded is not kept: {Message}")]
    private partial void LogNotStored(string channel, string message);
}
