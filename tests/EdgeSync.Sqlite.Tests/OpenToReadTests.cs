using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Sqlite.Tests;

/// <summary>Looking at a database of another process, which may be gone, run or just start.</summary>
public sealed class OpenToReadTests : IDisposable
{
    private const string Schema = "CREATE TABLE a (text TEXT NOT NULL)";

    private readonly TempDirectory _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void OpenToRead_AfterTheWriterIsGone_SeesTheNewestAndChangesNothing(bool hasLog, bool hasIndex)
    {
        var gone = LeftBehind("x?y #%41.db", hasLog, hasIndex);
        var before = Contents();

        using (var connection = SqliteDatabase.OpenToRead(gone, 1).Connect())
        {
            Assert.Equal("newest", Read(connection, "SELECT text FROM a"));
            Assert.Throws<SqliteException>(() => Read(connection, "INSERT INTO a VALUES ('mine')"));
        }

        // An index that was lost is made anew; it holds nothing.
        Assert.Equal(before, Contents().Where(file => hasIndex || !file.Name.EndsWith("-shm", StringComparison.Ordinal)));
    }

    [Fact]
    public void OpenToRead_WhileAWriterRuns_KeepsNobodyFromWriting()
    {
        var path = _folder["x.db"];
        var database = SqliteDatabase.Open(path, [Schema]);
        using var writer = database.Connect();
        Read(writer, "INSERT INTO a VALUES ('newest')");

        using var reader = SqliteDatabase.OpenToRead(path, 1).Connect();
        using var moment = reader.BeginTransaction(deferred: true);
        Assert.Equal("newest", Read(reader, "SELECT text FROM a"));
        Read(writer, "PRAGMA busy_timeout=0; DELETE FROM a");

        Assert.Equal("newest", Read(reader, "SELECT text FROM a"));
        Assert.Null(Read(writer, "SELECT text FROM a"));
    }

    [Fact]
    public void OpenToRead_NoFile_IsSaidAndNoneIsMade()
    {
        var failure = Assert.Throws<StorageException>(() => SqliteDatabase.OpenToRead(_folder["x.db"], 1));

        Assert.Equal("DatabaseMissing", failure.Reason);
        Assert.Empty(Contents());
    }

    [Theory]
    [InlineData(0, "DatabaseNewer")]
    [InlineData(2, "DatabaseOlder")]
    public void OpenToRead_AnotherSchema_IsNotGuessedAt(int known, string reason)
    {
        var path = LeftBehind("x.db", hasLog: true, hasIndex: true);

        Assert.Equal(reason, Assert.Throws<StorageException>(() => SqliteDatabase.OpenToRead(path, known)).Reason);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "DatabaseOlder")]
    public void OpenToRead_OlderSchema_IsReadAsFarBackAsTheCallerCan(int oldest, string? reason)
    {
        var path = LeftBehind("x.db", hasLog: true, hasIndex: true);

        var failure = Record.Exception(() => SqliteDatabase.OpenToRead(path, schemaVersion: 3, oldest));

        Assert.Equal(reason, (failure as StorageException)?.Reason);
    }

    // What a process leaves that was killed, that was killed and copied without the index, and that closed its database.
    private string LeftBehind(string name, bool hasLog, bool hasIndex)
    {
        using (var other = new TempDirectory())
        {
            using var connection = SqliteDatabase.Open(other["x.db"], [Schema]).Connect();
            Read(connection, "INSERT INTO a VALUES ('newest')");
            if (!hasLog)
            {
                Read(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            }

            File.Copy(other["x.db"], _folder[name]);
            if (hasLog)
            {
                File.Copy(other["x.db-wal"], _folder[name + "-wal"]);
            }

            if (hasIndex)
            {
                File.Copy(other["x.db-shm"], _folder[name + "-shm"]);
            }
        }

        return _folder[name];
    }

    private List<(string Name, string Content)> Contents() =>
        [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Convert.ToHexString(File.ReadAllBytes(path))))];

    private static object? Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the constants of these tests come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
