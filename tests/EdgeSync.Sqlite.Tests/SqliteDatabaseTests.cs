using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Sqlite.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string First = "CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
    private const string Second = "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id))";

    private readonly TempDirectory _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public void Open_NewFile_HasTheSchemaAndIsDurable()
    {
        using var connection = Open(First, Second).Connect();

        Assert.Equal(2L, Read(connection, "PRAGMA user_version"));
        Assert.Equal("wal", Read(connection, "PRAGMA journal_mode"));
        Assert.Equal(2L, Read(connection, "PRAGMA synchronous"));
        Assert.Equal(1L, Read(connection, "PRAGMA foreign_keys"));
    }

    [Fact]
    public void Connect_Again_IsDurableToo()
    {
        // A pooled connection comes back with its settings reset in some versions; each one is set anew.
        var database = Open(First);
        for (var i = 0; i < 3; i++)
        {
            using var connection = database.Connect();
            Assert.Equal(2L, Read(connection, "PRAGMA synchronous"));
            Write(connection, "PRAGMA synchronous=OFF");
        }
    }

    [Fact]
    public void Open_OlderSchema_IsBroughtUpAndKeepsItsRows()
    {
        using (var connection = Open(First).Connect())
        {
            Write(connection, "INSERT INTO a (id, text) VALUES (1, 'kept')");
        }

        using var again = Open(First, Second).Connect();

        Assert.Equal("kept", Read(again, "SELECT text FROM a"));
        Assert.Equal(0L, Read(again, "SELECT count(*) FROM b"));
    }

    [Fact]
    public void Open_StepFails_LeavesTheSchemaBeforeIt()
    {
        var failure = Assert.Throws<StorageException>(() => Open(First, "CREATE TABLE c (id); CREATE TABLE c (id)"));
        Assert.Equal("DatabaseUnusable", failure.Reason);

        using var connection = Open(First).Connect();
        Assert.Equal(1L, Read(connection, "PRAGMA user_version"));
        Assert.Equal(0L, Read(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'c'"));
    }

    [Fact]
    public void Open_NewerSchema_IsRefusedAndUntouched()
    {
        Open(First, Second);

        var failure = Assert.Throws<StorageException>(() => Open(First));

        Assert.Equal(("DatabaseNewer", Disposition.Stalled, _folder["x.db"]), (failure.Reason, failure.Disposition, failure.Subject));
        using var connection = Open(First, Second).Connect();
        Assert.Equal(2L, Read(connection, "PRAGMA user_version"));
    }

    [Fact]
    public void Open_NotADatabase_IsRefusedAndUntouched()
    {
        var junk = new string('x', 10_000);
        File.WriteAllText(_folder["x.db"], junk);

        var failure = Assert.Throws<StorageException>(() => Open(First));

        Assert.Equal("DatabaseUnusable", failure.Reason);
        Assert.NotNull(failure.Hint);
        Assert.Equal(junk, File.ReadAllText(_folder["x.db"]));
    }

    [Fact]
    public void Open_FolderMissing_IsAStorageFailure() =>
        Assert.Equal("DatabaseUnusable", Assert.Throws<StorageException>(() => SqliteDatabase.Open(_folder["no/x.db"], [First])).Reason);

    [Fact]
    public void Connect_ForeignKeyBroken_IsRefused()
    {
        using var connection = Open(First, Second).Connect();

        Assert.Throws<SqliteException>(() => Write(connection, "INSERT INTO b (id, a) VALUES (1, 99)"));
    }

    [Fact]
    public void Connect_TwoAtOnce_ReaderSeesTheCommittedStateWhileAWriterWrites()
    {
        var database = Open(First);
        using var writer = database.Connect();
        using var reader = database.Connect();
        using var transaction = writer.BeginTransaction();
        Write(writer, "INSERT INTO a (id, text) VALUES (1, 'not yet')", transaction);

        Assert.Equal(0L, Read(reader, "SELECT count(*) FROM a"));

        transaction.Commit();
        Assert.Equal(1L, Read(reader, "SELECT count(*) FROM a"));
    }

    [Theory]
    [InlineData("BEGIN")]
    [InlineData("BEGIN IMMEDIATE")]
    [InlineData("BEGIN EXCLUSIVE")]
    public void Connect_GivenBackWithATransactionThatNobodyHas_KeepsNobodyAway(string begin)
    {
        // What BeginTransaction leaves when it fails after its own BEGIN, as it does where memory for a callback is gone.
        var database = Open(First);
        using (var connection = database.Connect())
        {
            Write(connection, begin);
            Write(connection, "INSERT INTO a (id, text) VALUES (1, 'half a transaction')");
        }

        using var one = database.Connect();
        using var other = database.Connect();
        foreach (var connection in new[] { one, other })
        {
            connection.DefaultTimeout = 1;
            using var transaction = connection.BeginTransaction();
            Assert.Equal(0L, Read(connection, "SELECT count(*) FROM a", transaction));
            transaction.Commit();
        }
    }

    [Fact]
    public void Connect_BeginIsRefusedAsBusy_WorksAgainWhenTheOtherIsDone()
    {
        var database = Open(First);
        using (var writer = database.Connect())
        {
            using var writing = writer.BeginTransaction();
            using var late = database.Connect();
            late.DefaultTimeout = 1;
            Assert.Throws<SqliteException>(() => late.BeginTransaction());
        }

        using var one = database.Connect();
        using var other = database.Connect();
        foreach (var connection in new[] { one, other })
        {
            using var transaction = connection.BeginTransaction();
            Write(connection, "INSERT INTO a (text) VALUES ('written')", transaction);
            transaction.Commit();
        }
    }

    [Fact]
    public void Connect_FileCopiedWithItsLogAfterACommit_HasTheRow()
    {
        // What a power cut leaves: the main file and the write-ahead log, never checkpointed.
        using var connection = Open(First).Connect();
        Write(connection, "INSERT INTO a (id, text) VALUES (1, 'survives')");
        File.Copy(_folder["x.db"], _folder["y.db"]);
        File.Copy(_folder["x.db-wal"], _folder["y.db-wal"]);

        using var after = SqliteDatabase.Open(_folder["y.db"], [First]).Connect();

        Assert.Equal("survives", Read(after, "SELECT text FROM a"));
    }

    private SqliteDatabase Open(params string[] steps) => SqliteDatabase.Open(_folder["x.db"], steps);

    private static object? Read(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteScalar();
    }

    private static void Write(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
