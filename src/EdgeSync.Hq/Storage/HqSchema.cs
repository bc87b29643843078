namespace EdgeSync.Hq.Storage;

/// <summary>The schema, step by step. Never change a step, only append. Times are Unix milliseconds.</summary>
internal static class HqSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE sites (
            id INTEGER PRIMARY KEY,
            fleet TEXT NOT NULL,
            site TEXT NOT NULL,
            enrolled_at INTEGER NOT NULL,
            ledger INTEGER NOT NULL,
            last_word_at INTEGER,
            presence TEXT,
            presence_at INTEGER,
            status BLOB,
            status_event TEXT,
            gap_found_at INTEGER,
            duplicates INTEGER NOT NULL DEFAULT 0,
            UNIQUE (fleet, site)
        ) STRICT;
        CREATE TABLE ledgers (
            site_id INTEGER NOT NULL REFERENCES sites (id),
            ledger INTEGER NOT NULL,
            key_pem TEXT NOT NULL,
            registered_at INTEGER NOT NULL,
            certificate_serial TEXT NOT NULL,
            certificate_expires_at INTEGER NOT NULL,
            head_number INTEGER,
            head_payload TEXT,
            head_at INTEGER,
            PRIMARY KEY (site_id, ledger)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE acknowledgements (
            site_id INTEGER NOT NULL,
            ledger INTEGER NOT NULL,
            number INTEGER NOT NULL,
            payload TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY (site_id, ledger, number),
            FOREIGN KEY (site_id, ledger) REFERENCES ledgers (site_id, ledger)
        ) STRICT;
        CREATE TABLE proofs (
            site_id INTEGER NOT NULL REFERENCES sites (id),
            channel TEXT NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            event TEXT NOT NULL,
            healthy TEXT,
            PRIMARY KEY (site_id, channel)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE evidence (
            id INTEGER PRIMARY KEY,
            fleet TEXT NOT NULL,
            site TEXT NOT NULL,
            kind TEXT NOT NULL,
            number INTEGER,
            detail TEXT NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            count INTEGER NOT NULL,
            message_digest TEXT NOT NULL,
            message BLOB NOT NULL,
            reviewed_at INTEGER,
            reviewed_by TEXT,
            UNIQUE (fleet, site, kind, message_digest)
        ) STRICT;
        CREATE TABLE users (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            password TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL
        ) STRICT;
        CREATE TABLE sessions (
            secret TEXT PRIMARY KEY,
            user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE operator_tokens (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            secret TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;
        CREATE TABLE enrolment_tokens (
            id INTEGER PRIMARY KEY,
            fleet TEXT NOT NULL,
            site TEXT NOT NULL,
            secret TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER,
            revoked_at INTEGER
        ) STRICT;
        """,
        "ALTER TABLE sites ADD COLUMN revoked_at INTEGER",
        """
        CREATE TABLE diffs (
            site_id INTEGER PRIMARY KEY REFERENCES sites (id),
            request TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            asked_by TEXT NOT NULL,
            received_at INTEGER,
            envelope BLOB
        ) STRICT;
        """,
        """
        CREATE TABLE preflights (
            site_id INTEGER NOT NULL,
            ledger INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (site_id, ledger, number),
            FOREIGN KEY (site_id, ledger, number) REFERENCES acknowledgements (site_id, ledger, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE preflight_asks (
            site_id INTEGER PRIMARY KEY REFERENCES sites (id),
            request TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            asked_by TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            deadline INTEGER,
            mission_hours INTEGER
        ) STRICT;
        ALTER TABLE proofs ADD COLUMN healthy_at INTEGER;
        """,
        """
        CREATE TABLE nights (
            site_id INTEGER NOT NULL,
            ledger INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (site_id, ledger, number),
            FOREIGN KEY (site_id, ledger, number) REFERENCES acknowledgements (site_id, ledger, number)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
