using System.Globalization;
using EdgeSync.Agent.Time;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Agent.State;

/// <summary>Single values of the site that must survive a restart; the table is called <c>facts</c>.</summary>
internal static class SiteSettings
{
    /// <summary>The latest time that the site has proof of, round-trip format.</summary>
    public const string ProvenTime = "provenTime";

    /// <summary>Until when the agent ran, by the site's clock, round-trip format.</summary>
    public const string LastSeen = "lastSeen";

    /// <summary>The highest ledger number that HQ has confirmed.</summary>
    public const string ConfirmedThrough = "confirmedThrough";

    /// <summary>The identifier of the key that signs the ledger.</summary>
    public const string LedgerKey = "ledgerKey";

    /// <summary>The trust root that was acknowledged last: version and digest of the signed bytes.</summary>
    public const string TrustRoot = "trustRoot";

    /// <summary>The list of revocations that was acknowledged last: number and digest of the signed bytes; empty where there is none.</summary>
    public const string Revocations = "revocations";

    /// <summary>The deadline of a preflight, JSON; empty where there is none.</summary>
    public const string ActivationLimit = "activationLimit";

    /// <summary>Until when the last report of a night counts, round-trip format.</summary>
    public const string NightReported = "nightReported";

    /// <summary>How many wrong PINs of the technician's page were tried in a row, and when the last one was; empty after a right one.</summary>
    public const string PagePinTries = "pagePinTries";

    /// <summary>A clock that starts from the latest time that the database or the copy next to the site's keys has proof of.</summary>
    public static SiteClock CreateClock(SqliteDatabase database, DateTimeOffset? remembered, TimeProvider machine)
    {
        using var connection = database.Connect();
        return CreateClock(connection, remembered, machine);
    }

    public static SiteClock CreateClock(SqliteConnection connection, DateTimeOffset? remembered, TimeProvider machine)
    {
        var proven = ReadTime(connection, ProvenTime);
        return new SiteClock(machine, proven > remembered ? proven : remembered ?? proven, ReadTime(connection, LastSeen));
    }

    /// <summary>Until when the agent ran, or null.</summary>
    public static DateTimeOffset? ReadLastSeen(SqliteConnection connection) => ReadTime(connection, LastSeen);

    /// <summary>Writes what the clock knows: the proven time, and apart from it the time by the machine's clock, unless that cannot be true.</summary>
    public static void WriteTimes(SqliteConnection connection, SiteClock clock)
    {
        if (clock.Proven is { } proven)
        {
            Write(connection, ProvenTime, proven.ToString("O", CultureInfo.InvariantCulture));
        }

        if (clock.LastSeen is { } seen)
        {
            Write(connection, LastSeen, seen.ToString("O", CultureInfo.InvariantCulture));
        }
    }

    public static DateTimeOffset? ReadTime(SqliteConnection connection, string name) => Read(connection, name) is { } text
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
