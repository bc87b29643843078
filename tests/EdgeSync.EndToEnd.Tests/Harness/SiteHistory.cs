using System.Globalization;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>What a site remembers of how long its stages took; for a site whose agent does not run.</summary>
internal static class SiteHistory
{
    /// <summary>The next estimate of this stage counts with this duration.</summary>
    public static void Add(string database, string stage, TimeSpan took)
    {
        SqliteDatabase.LoadProvider();
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO stage_durations (channel, stage, milliseconds, at) VALUES ('stable', $stage, $took, $at)";
        command.Parameters.AddWithValue("$stage", stage);
        command.Parameters.AddWithValue("$took", (long)took.TotalMilliseconds);
        command.Parameters.AddWithValue("$at", TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        command.ExecuteNonQuery();
    }
}
