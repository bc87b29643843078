using System.Globalization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.State;

/// <summary>The durations of stages in the site's database; the newest of each channel and stage are kept.</summary>
internal sealed partial class StageHistory(SqliteDatabase database, ILogger<StageHistory> logger) : IStageHistory
{
    private const int Kept = 20;

    public void Add(string channel, StageDuration duration)
    {
        try
        {
            using var connection = database.Connect();
            using var transaction = connection.BeginTransaction();
            Execute(
                connection,
                "INSERT INTO stage_durations (channel, stage, milliseconds, bytes, at) VALUES ($channel, $stage, $milliseconds, $bytes, $at)",
                ("$channel", channel),
                ("$stage", duration.Stage.ToString()),
                ("$milliseconds", (long)duration.Took.TotalMilliseconds),
                ("$bytes", (object?)duration.Bytes ?? DBNull.Value),
                ("$at", duration.At.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)));
            Execute(
                connection,
                """
                DELETE FROM stage_durations WHERE channel = $channel AND stage = $stage AND id NOT IN
                    (SELECT id FROM stage_durations WHERE channel = $channel AND stage = $stage ORDER BY id DESC LIMIT $kept)
                """,
                ("$channel", channel),
                ("$stage", duration.Stage.ToString()),
                ("$kept", Kept));
            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            LogNotStored(channel, duration.Stage, StateFailures.Describe(failure));
        }
    }

    public IReadOnlyList<StageDuration> Last(string channel, PipelineStage stage)
    {
        try
        {
            using var connection = database.Connect();
            return Read(connection, channel, stage);
        }
        catch (SqliteException failure)
        {
            LogNotRead(channel, stage, StateFailures.Describe(failure));
            return [];
        }
    }

    /// <summary>The durations as this connection sees them, the newest first.</summary>
    public static List<StageDuration> Read(SqliteConnection connection, string channel, PipelineStage stage)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT milliseconds, bytes, at FROM stage_durations WHERE channel = $channel AND stage = $stage ORDER BY id DESC";
        select.Parameters.AddWithValue("$channel", channel);
        select.Parameters.AddWithValue("$stage", stage.ToString());
        using var reader = select.ExecuteReader();
        var durations = new List<StageDuration>();
        while (reader.Read())
        {
            var at = DateTimeOffset.Parse(reader.GetString(2), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
            durations.Add(new StageDuration(stage, TimeSpan.FromMilliseconds(reader.GetInt64(0)), at) { Bytes = reader.IsDBNull(1) ? null : reader.GetInt64(1) });
        }

        return durations;
    }

    private static void Execute(SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    [LoggerMessage(AgentEventIds.DurationNotStored, LogLevel.Warning, "Channel {Channel}: how long {Stage} took is not kept: {Message}")]
    private partial void LogNotStored(string channel, PipelineStage stage, string message);

    [LoggerMessage(AgentEventIds.DurationsNotRead, LogLevel.Warning, "Channel {Channel}: how long {Stage} took before cannot be read: {Message}")]
    private partial void LogNotRead(string channel, PipelineStage stage, string message);
}
