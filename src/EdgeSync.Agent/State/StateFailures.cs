using EdgeSync.Primitives.Failures;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Turns SQLite's failures into ours.</summary>
internal static class StateFailures
{
    public static StorageException NotWritten(SqliteException failure) =>
        new("StateNotWritten", $"cannot write the site's state: {failure.Message}", failure)
        {
            Hint = "Check the free space and the health of the disk that holds the state directory.",
        };
}
