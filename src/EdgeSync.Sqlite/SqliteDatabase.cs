using EdgeSync.Primitives.Failures;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeSync.Sqlite;

/// <summary>
/// One SQLite file, opened for durability (WAL, <c>synchronous=FULL</c>, foreign keys on), with its schema brought up to date by numbered
/// steps. Connections come from here only; each caller owns and disposes the one it gets.
/// </summary>
public sealed class SqliteDatabase
{
    /// <summary>The reason of the failure to open a file that does not exist.</summary>
    public const string Missing = "DatabaseMissing";

    private static readonly Lock NativeLock = new();
    private static bool _nativeReady;

    private readonly string _connectionString;

    private SqliteDatabase(SqliteConnectionStringBuilder connection) => _connectionString = connection.ToString();

    /// <summary>
    /// Opens or creates the file and applies the schema steps that it does not have yet (<c>PRAGMA user_version</c> counts them). Throws
    /// <see cref="StorageException"/> for a damaged file, or one written by a newer version.
    /// </summary>
    public static SqliteDatabase Open(string path, IReadOnlyList<string> schemaSteps)
    {
        ArgumentNullException.ThrowIfNull(schemaSteps);
        LoadProvider();
        var database = new SqliteDatabase(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, ForeignKeys = true, DefaultTimeout = 10 });
        try
        {
            using var connection = database.Connect();
            Execute(connection, "PRAGMA journal_mode=WAL");
            Migrate(connection, path, schemaSteps);
            return database;
        }
        catch (SqliteException failure)
        {
            throw Unusable(path, failure);
        }
    }

    /// <summary>
    /// Opens an existing file to read it while another process may write it: takes no lock that a writer waits for, and changes nothing. Throws
    /// <see cref="StorageException"/> where the file is missing or may not be read, for a newer schema than this version's, and for one that is older than
    /// <paramref name="oldest"/> (by default, than this version's).
    /// </summary>
    public static SqliteDatabase OpenToRead(string path, int schemaVersion, int? oldest = null)
    {
        LoadProvider();
        var database = new SqliteDatabase(
            new SqliteConnectionStringBuilder { DataSource = SqliteFile.AddressToRead(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false });
        try
        {
            using var connection = database.Connect();
            if (ReadVersion(connection) is var version && version > schemaVersion)
            {
                throw Newer(path, version, schemaVersion);
            }
            else if (version < (oldest ?? schemaVersion))
            {
                throw new StorageException("DatabaseOlder", $"the database '{path}' has schema {version}; this version reads {schemaVersion}")
                {
                    Disposition = Disposition.Stalled,
                    Subject = path,
                    Hint = "The agent brings it up to date when it starts.",
                };
            }

            return database;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY)
        {
            // A log that lost its index: only a user who may write in its folder can read it.
            throw SqliteFile.NotAllowed(path, failure);
        }
        catch (SqliteException failure)
        {
            throw Unusable(path, failure);
        }
    }

    /// <summary>A ready connection; dispose it after use.</summary>
    public SqliteConnection Connect()
    {
        var connection = new LentConnection(_connectionString);
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA synchronous=FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteConnection connection, string path, IReadOnlyList<string> steps)
    {
        var version = ReadVersion(connection);
        if (version > steps.Count)
        {
            throw Newer(path, version, steps.Count);
        }

        for (var step = (int)version; step < steps.Count; step++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, steps[step]);
            Execute(connection, $"PRAGMA user_version={step + 1}");
            transaction.Commit();
        }
    }

    private static long ReadVersion(SqliteConnection connection)
    {
        using var read = connection.CreateCommand();
        read.CommandText = "PRAGMA user_version";
        return (long)read.ExecuteScalar()!;
    }

    private static StorageException Newer(string path, long version, int known) =>
        new("DatabaseNewer", $"the database '{path}' has schema {version}; this version knows {known}")
        {
            Disposition = Disposition.Stalled,
            Subject = path,
            Hint = "Install the newer version again.",
        };

    private static StorageException Unusable(string path, SqliteException failure) =>
        new("DatabaseUnusable", $"cannot use the database '{path}': {Describe(failure)}", failure)
        {
            Disposition = Disposition.Stalled,
            Subject = path,
            Hint = "Check the disk; if the file is damaged, move it away and start again.",
        };

    /// <summary>Why SQLite cannot use the database, in plain words that follow its name.</summary>
    public static string Describe(SqliteException failure) => failure?.SqliteErrorCode switch
    {
        5 or 6 => "another program holds it",
        8 => "it may only be read",
        10 => "the disk cannot read or write it",
        11 => "it is damaged",
        13 => "the disk is full",
        14 => "it cannot be opened",
        26 => "it is not a database",
        3 or 23 => "this user may not use it",
        var code => $"SQLite reports error {code}",
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this code base come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Makes SQLite known to ADO.NET; safe to call again.</summary>
    public static void LoadProvider()
    {
        lock (NativeLock)
        {
            if (_nativeReady)
            {
                return;
            }

            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            _nativeReady = true;
        }
    }
}
