using System.Data;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeSync.Sqlite;

/// <summary>
/// A connection that never goes back into the pool with a transaction open. One can be left so: <c>BeginTransaction</c> begins it first and
/// then registers a callback, and when that fails (memory for its code is gone) nobody has an object to roll it back by. In the pool it would
/// keep every writer away until the process ends.
/// </summary>
internal sealed class LentConnection(string connectionString) : SqliteConnection(connectionString)
{
    public override void Close()
    {
        if (State == ConnectionState.Open && IsInTransaction)
        {
            _ = raw.sqlite3_exec(Handle, "ROLLBACK");
            if (IsInTransaction)
            {
                // It cannot be mended; closing the file ends the transaction for certain.
                ClearPool(this);
            }
        }

        base.Close();
    }

    private bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;
}
