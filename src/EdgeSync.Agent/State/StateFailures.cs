using EdgeSync.Primitives.Failures;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Turns SQLite's failures into ours.</summary>
internal static class StateFailures
{
    /// <summary>What keeps the state from being read, in plain words.</summary>
    public static string Describe(Exception failure) => failure is SqliteException sqlite ? SqliteDatabase.Describe(sqlite) : FaultText.Describe(failure);

    public static StorageException NotWritten(SqliteException failure) =>
        new("StateNotWritten", $"cannot write the site's state: {SqliteDatabase.Describe(failure)}", failure)
        {
            Hint = "Check the free space and the health of the disk that holds the state directory.",
        };
}
