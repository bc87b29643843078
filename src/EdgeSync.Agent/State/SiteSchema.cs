namespace EdgeSync.Agent.State;

/// <summary>The tables of the site's database. Steps are only appended.</summary>
internal static class SiteSchema
{
    /// <summary>The oldest schema that can be read before the agent has brought it up to date: what later steps add, readers can do without.</summary>
    public const int OldestReadable = 4;

    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE channels (
            name   TEXT PRIMARY KEY,
            record BLOB NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE ledger (
            number   INTEGER PRIMARY KEY,
            envelope BLOB NOT NULL,
            payload  TEXT NOT NULL
        );

        CREATE TABLE holds (
            id      INTEGER PRIMARY KEY,
            owner   TEXT NOT NULL,
            reason  TEXT NOT NULL,
            since   TEXT NOT NULL,
            expires TEXT
        );

        CREATE TABLE facts (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        """,
        "ALTER TABLE holds ADD COLUMN channel TEXT",
        """
        ALTER TABLE ledger ADD COLUMN unsigned BLOB;
        CREATE INDEX ledger_unsigned ON ledger (number) WHERE unsigned IS NOT NULL;
        """,
        """
        CREATE TABLE old_ledgers (
            key      TEXT NOT NULL,
            number   INTEGER NOT NULL,
            envelope BLOB NOT NULL,
            payload  TEXT NOT NULL,
            unsigned BLOB,
            PRIMARY KEY (key, number)
        ) WITHOUT ROWID;
        """,
        """
        CREATE TABLE stage_durations (
            id           INTEGER PRIMARY KEY,
            channel      TEXT NOT NULL,
            stage        TEXT NOT NULL,
            milliseconds INTEGER NOT NULL,
            bytes        INTEGER,
            at           TEXT NOT NULL
        );
        CREATE INDEX stage_durations_of ON stage_durations (channel, stage, id);
        """,
        """
        CREATE TABLE transfers (
            id      INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            bytes   INTEGER NOT NULL,
            at      TEXT NOT NULL
        );
        CREATE INDEX transfers_at ON transfers (at);
        """,
    ];
}
