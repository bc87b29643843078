using System.Globalization;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>The holds in the site's database; they survive a restart.</summary>
internal sealed class HoldStore(SqliteDatabase database) : IHoldStore
{
    public Hold? Active(DateTimeOffset now) =>
        All().Where(hold => hold.Expires is null || hold.Expires > now).MaxBy(hold => hold.Expires ?? DateTimeOffset.MaxValue);

    /// <summary>Adds a hold.</summary>
    public void Add(Hold hold)
    {
        using var connection = database.Connect();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO holds (owner, reason, since, expires) VALUES ($owner, $reason, $since, $expires)";
        insert.Parameters.AddWithValue("$owner", hold.Owner);
        insert.Parameters.AddWithValue("$reason", hold.Reason);
        insert.Parameters.AddWithValue("$since", Text(hold.Since));
        insert.Parameters.AddWithValue("$expires", hold.Expires is { } expires ? Text(expires) : DBNull.Value);
        insert.ExecuteNonQuery();
    }

    /// <summary>Removes every hold of this owner; false where there was none.</summary>
    public bool Remove(string owner)
    {
        using var connection = database.Connect();
        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM holds WHERE owner = $owner";
        delete.Parameters.AddWithValue("$owner", owner);
        return delete.ExecuteNonQuery() > 0;
    }

    private List<Hold> All()
    {
        using var connection = database.Connect();
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT owner, reason, since, expires FROM holds";
        using var reader = select.ExecuteReader();
        var holds = new List<Hold>();
        while (reader.Read())
        {
            DateTimeOffset? expires = reader.IsDBNull(3) ? null : Parse(reader.GetString(3));
            holds.Add(new Hold(reader.GetString(0), reader.GetString(1), Parse(reader.GetString(2)), expires));
        }

        return holds;
    }

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
