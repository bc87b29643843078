using System.Collections.Immutable;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Storage;

/// <summary>The durable truth about sites: who is enrolled, and what each said and proved.</summary>
internal sealed class FleetStore(SqliteDatabase database)
{
    private const string SelectSites =
        """
        SELECT s.id, s.fleet, s.site, s.enrolled_at, s.ledger, l.key_pem, l.certificate_expires_at, l.head_number, l.head_payload, l.head_at,
               s.last_word_at, s.presence, s.presence_at, s.status, s.status_event, s.gap_found_at, s.duplicates,
               (SELECT count(*) FROM evidence e WHERE e.fleet = s.fleet AND e.site = s.site AND e.reviewed_at IS NULL),
               s.revoked_at
        FROM sites s JOIN ledgers l ON l.site_id = s.id AND l.ledger = s.ledger
        """;

    public IReadOnlyList<SiteState> LoadAll()
    {
        using var connection = database.Connect();
        var proofs = connection.ReadAll("SELECT site_id, channel, number, at, event, healthy FROM proofs", MapProof).ToLookup(p => p.SiteId);
        return connection.ReadAll(SelectSites, r => MapSite(r) is var site
            ? site with { Proofs = proofs[site.Id].ToImmutableDictionary(p => p.Channel, p => p.Proof) }
            : site);
    }

    public SiteState Load(SiteKey key)
    {
        using var connection = database.Connect();
        var site = connection.ReadOne(
            null, SelectSites + " WHERE s.fleet = @fleet AND s.site = @site", MapSite, ("@fleet", key.Fleet), ("@site", key.Site))
            ?? throw new HqException(HqReasons.SiteUnknown, $"the site '{key}' is not enrolled");
        var proofs = connection.ReadAll("SELECT site_id, channel, number, at, event, healthy FROM proofs WHERE site_id = @id", MapProof, ("@id", site.Id));
        return site with { Proofs = proofs.ToImmutableDictionary(p => p.Channel, p => p.Proof) };
    }

    /// <summary>The payload digest of a stored entry of the site's current ledger; null where there is none.</summary>
    public Digest? FindPayload(SiteState site, long number)
    {
        using var connection = database.Connect();
        var text = connection.ReadOne(
            null,
            "SELECT payload FROM acknowledgements WHERE site_id = @id AND ledger = @ledger AND number = @number",
            r => r.GetString(0),
            ("@id", site.Id),
            ("@ledger", site.Ledger),
            ("@number", number));
        return text is null ? null : Digest.Parse(text);
    }

    /// <summary>Stores a batch in one transaction: all of it is on disk when this returns, or none.</summary>
    public void Commit(IngestPlan plan)
    {
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        foreach (var entry in plan.Entries)
        {
            Insert(connection, transaction, entry);
        }

        foreach (var site in plan.Sites.Values)
        {
            Update(connection, transaction, site);
        }

        foreach (var evidence in plan.Evidence)
        {
            EvidenceStore.Add(connection, transaction, evidence);
        }

        transaction.Commit();
    }

    private static void Insert(SqliteConnection connection, SqliteTransaction transaction, StoredEntry entry) => connection.Execute(
        transaction,
        "INSERT INTO acknowledgements (site_id, ledger, number, payload, received_at, envelope) VALUES (@site, @ledger, @number, @payload, @received, @envelope)",
        ("@site", entry.SiteId),
        ("@ledger", entry.Ledger),
        ("@number", entry.Entry.Number),
        ("@payload", entry.Payload),
        ("@received", entry.ReceivedAt),
        ("@envelope", entry.Envelope.ToArray()));

    private static void Update(SqliteConnection connection, SqliteTransaction transaction, SiteState site)
    {
        connection.Execute(
            transaction,
            """
            UPDATE sites SET last_word_at = @word, presence = @presence, presence_at = @presenceAt, status = @status, status_event = @statusEvent,
                gap_found_at = @gap, duplicates = @duplicates WHERE id = @id
            """,
            ("@word", site.LastWordAt),
            ("@presence", site.Presence),
            ("@presenceAt", site.PresenceAt),
            ("@status", site.Status is null ? null : JsonSerializer.SerializeToUtf8Bytes(site.Status, ContractsJsonContext.Default.SiteStatus)),
            ("@statusEvent", site.StatusEventId),
            ("@gap", site.GapFoundAt),
            ("@duplicates", site.Duplicates),
            ("@id", site.Id));
        connection.Execute(
            transaction,
            "UPDATE ledgers SET head_number = @number, head_payload = @payload, head_at = @at WHERE site_id = @id AND ledger = @ledger",
            ("@number", site.Head?.Number),
            ("@payload", site.Head?.Payload),
            ("@at", site.HeadAt),
            ("@id", site.Id),
            ("@ledger", site.Ledger));
        foreach (var (channel, proof) in site.Proofs)
        {
            connection.Execute(
                transaction,
                """
                INSERT INTO proofs (site_id, channel, number, at, event, healthy) VALUES (@id, @channel, @number, @at, @event, @healthy)
                ON CONFLICT (site_id, channel) DO UPDATE SET number = excluded.number, at = excluded.at, event = excluded.event, healthy = excluded.healthy
                """,
                ("@id", site.Id),
                ("@channel", channel),
                ("@number", proof.Number),
                ("@at", proof.At),
                ("@event", proof.Event),
                ("@healthy", proof.Healthy));
        }
    }

    private static SiteState MapSite(SqliteDataReader row)
    {
        var key = new SiteKey(row.GetString(1), row.GetString(2));
        return new SiteState
        {
            Id = row.GetInt64(0),
            Key = key,
            EnrolledAt = row.GetTime(3),
            Ledger = row.GetInt32(4),
            LedgerKey = VerificationKey.FromPem(row.GetString(5), key.ToString()),
            CertificateExpiresAt = row.GetTime(6),
            Head = row.IsDBNull(7) ? null : new LedgerHead(row.GetInt64(7), Digest.Parse(row.GetString(8))),
            HeadAt = row.GetTimeOrNull(9),
            LastWordAt = row.GetTimeOrNull(10),
            Presence = row.GetTextOrNull(11) is { } presence ? Enum.Parse<PresenceState>(presence) : null,
            PresenceAt = row.GetTimeOrNull(12),
            Status = row.IsDBNull(13) ? null : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(13), ContractsJsonContext.Default.SiteStatus),
            StatusEventId = row.GetTextOrNull(14),
            GapFoundAt = row.GetNumberOrNull(15),
            Duplicates = row.GetInt64(16),
            OpenEvidence = row.GetInt32(17),
            RevokedAt = row.GetTimeOrNull(18),
        };
    }

    private static (long SiteId, string Channel, ChannelProof Proof) MapProof(SqliteDataReader row) => (
        row.GetInt64(0),
        row.GetString(1),
        new ChannelProof(
            row.GetInt64(2),
            row.GetTime(3),
            Enum.Parse<AcknowledgementEvent>(row.GetString(4)),
            row.GetTextOrNull(5) is { } healthy ? Digest.Parse(healthy) : null));
}
