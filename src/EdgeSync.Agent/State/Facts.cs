using System.Globalization;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Single values of the site that must survive a restart.</summary>
internal static class Facts
{
    /// <summary>The latest time that the site has proof of, round-trip format.</summary>
    public const string ProvenTime = "provenTime";

    /// <summary>The highest ledger number that HQ has confirmed.</summary>
    public const string ConfirmedThrough = "confirmedThrough";

    /// <summary>A clock that knows the latest time this site has proof of.</summary>
    public static SiteClock CreateClock(SqliteDatabase database, TimeProvider machine)
    {
        using var connection = database.Connect();
        return new SiteClock(machine, ReadProvenTime(connection) ?? DateTimeOffset.UnixEpoch);
    }

    public static DateTimeOffset? ReadProvenTime(SqliteConnection connection) => Read(connection, ProvenTime) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
        : null;

    public static string? Read(SqliteConnection connection, string name)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT value FROM facts WHERE name = $name";
        select.Parameters.AddWithValue("$name", name);
        return select.ExecuteScalar() as string;
    }

    public static void Write(SqliteConnection connection, string name, string value)
    {
        using var upsert = connection.CreateCommand();
        upsert.CommandText = "INSERT INTO facts (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        upsert.Parameters.AddWithValue("$name", name);
        upsert.Parameters.AddWithValue("$value", value);
        upsert.ExecuteNonQuery();
    }
}
