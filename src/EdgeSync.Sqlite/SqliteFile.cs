using EdgeSync.Primitives.Failures;

namespace EdgeSync.Sqlite;

/// <summary>How a database's file is opened for looking only (sqlite.org/uri.html; sqlite.org/wal.html, "Read-Only Databases").</summary>
internal static class SqliteFile
{
    /// <summary>The address of the file. Throws <see cref="StorageException"/> where it is missing, or this user may not read it.</summary>
    public static string AddressToRead(string path)
    {
        if (FindLength(path) is null)
        {
            throw new StorageException(SqliteDatabase.Missing, $"there is no database '{path}'") { Subject = path };
        }

        var how = (FindLength($"{path}-wal") ?? 0, FindLength($"{path}-shm")) switch
        {
            (0, _) => "&immutable=1", // All is in the file itself.
            (_, not null) => "&readonly_shm=1", // A writer's log with its index.
            _ => "", // A log that lost its index: SQLite makes it again in that folder, where this user may write.
        };
        return $"file:{string.Join('/', Path.GetFullPath(path).Split('/').Select(Uri.EscapeDataString))}?mode=ro{how}";
    }

    // Opens the file because SQLite reports only "unable to open" for a file that may not be read, and not why.
    private static long? FindLength(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Length;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw NotAllowed(path, failure);
        }
    }

    public static StorageException NotAllowed(string path, Exception cause) =>
        new("DatabaseNotAllowed", $"this user may not read '{path}'", cause)
        {
            Disposition = Disposition.Stalled,
            Subject = path,
            Hint = "Run as the agent's user, as a rule root.",
        };
}
