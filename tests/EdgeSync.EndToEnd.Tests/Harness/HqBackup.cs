using EdgeSync.Sqlite;
using EdgeSync.Testbed.Hq;
using Microsoft.Data.Sqlite;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A backup of HQ's database, made and restored as docs/hq.md describes.</summary>
internal sealed class HqBackup
{
    private readonly HqProcess _hq;
    private readonly string _copy;

    private HqBackup(HqProcess hq, string copy) => (_hq, _copy) = (hq, copy);

    private string Database => Path.Combine(_hq.StateDirectory, "hq.db");

    /// <summary>While HQ runs, as <c>sqlite3 hq.db ".backup FILE"</c> does it.</summary>
    public static HqBackup Make(HqProcess hq, string copy)
    {
        var backup = new HqBackup(hq, copy);
        SqliteDatabase.LoadProvider();
        using var from = new SqliteConnection($"Data Source={backup.Database};Pooling=False");
        using var to = new SqliteConnection($"Data Source={copy};Pooling=False");
        from.Open();
        to.Open();
        from.BackupDatabase(to);
        return backup;
    }

    /// <summary>HQ stops, its database is replaced, and it starts.</summary>
    public async Task RestoreAsync()
    {
        await _hq.StopAsync();
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
        File.Copy(_copy, Database, overwrite: true);
        await _hq.StartAgainAsync(CancellationToken.None);
    }
}
