using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
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

/// <summary>Stores the enrolled sites, their last messages, and what their signed ledgers prove.</summary>
internal sealed class FleetStore(SqliteDatabase database)
{
    private const string SelectSites =
        """
        SELECT s.id, s.fleet, s.site, s.enrolled_at, s.ledger, l.key_pem, l.certificate_expires_at, l.head_number, l.head_payload, l.head_at,
               s.last_word_at AS last_heard_at, s.presence, s.presence_at, s.status, s.status_event, s.gap_found_at, s.duplicates,
               (SELECT count(*) FROM evidence e WHERE e.fleet = s.fleet AND e.site = s.site AND e.reviewed_at IS NULL) AS open_evidence,
               s.revoked_at
        FROM sites s JOIN ledgers l ON l.site_id = s.id AND l.ledger = s.ledger
        """;

    private const string SelectProofs = "SELECT site_id, channel, number, at, event, healthy, healthy_at FROM proofs";

    public IReadOnlyList<SiteState> LoadAll()
    {
        using var connection = database.Connect();
        var proofs = connection.Query<ProofRow>(SelectProofs).ToLookup(p => p.SiteId);
        var (notes, asks, nights) = (PreflightStore.LoadNotes(connection), PreflightStore.LoadAsks(connection), NightStore.Load(connection));
        return [.. connection.Query<SiteRow>(SelectSites).Select(s => s.ToState(proofs[s.Id], notes.GetValueOrDefault(s.Id), asks.GetValueOrDefault(s.Id), nights.GetValueOrDefault(s.Id)))];
    }

    /// <summary>Throws <see cref="HqException"/> if the site is not enrolled.</summary>
    public SiteState Load(SiteKey key)
    {
        using var connection = database.Connect();
        var site = connection.QuerySingleOrDefault<SiteRow>(SelectSites + " WHERE s.fleet = @Fleet AND s.site = @Site", new { key.Fleet, key.Site })
            ?? throw new HqException(HqReasons.SiteUnknown, $"the site '{key}' is not enrolled");
        return site.ToState(
            connection.Query<ProofRow>(SelectProofs + " WHERE site_id = @Id", new { site.Id }),
            PreflightStore.LoadNotes(connection, site.Id).GetValueOrDefault(site.Id),
            PreflightStore.LoadAsks(connection, site.Id).GetValueOrDefault(site.Id),
            NightStore.Load(connection, site.Id).GetValueOrDefault(site.Id));
    }

    /// <summary>The payload digest of a stored entry of the site's current ledger, or null if there is no such entry.</summary>
    public Digest? FindPayload(SiteState site, long number)
    {
        using var connection = database.Connect();
        return connection.QuerySingleOrDefault<Digest?>(
            "SELECT payload FROM acknowledgements WHERE site_id = @Id AND ledger = @Ledger AND number = @Number",
            new { site.Id, site.Ledger, Number = number });
    }

    /// <summary>Stores a batch in one transaction: when this returns, all of it is on disk.</summary>
    public void Commit(IngestPlan plan)
    {
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        InsertEntries(connection, transaction, plan.Entries);
        PreflightStore.Add(connection, transaction, plan.Entries);
        NightStore.Add(connection, transaction, plan.Entries);
        UpdateSites(connection, transaction, plan.Sites.Values);
        foreach (var diff in plan.Diffs)
        {
            DiffStore.Add(connection, transaction, diff);
        }

        foreach (var evidence in plan.Evidence)
        {
            EvidenceStore.Add(connection, transaction, evidence);
        }

        transaction.Commit();
    }

    private static void InsertEntries(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<StoredEntry> entries) => connection.Execute(
        """
        INSERT INTO acknowledgements (site_id, ledger, number, payload, received_at, envelope)
        VALUES (@SiteId, @Ledger, @Number, @Payload, @ReceivedAt, @Envelope)
        """,
        entries.Select(e => new { e.SiteId, e.Ledger, e.Entry.Number, e.Payload, e.ReceivedAt, Envelope = e.Envelope.ToArray() }),
        transaction);

    private static void UpdateSites(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyCollection<SiteState> sites)
    {
        connection.Execute(
            """
            UPDATE sites SET last_word_at = @LastHeardAt, presence = @Presence, presence_at = @PresenceAt, status = @Status, status_event = @StatusEventId,
                gap_found_at = @GapFoundAt, duplicates = @Duplicates WHERE id = @Id
            """,
            sites.Select(s => new
            {
                s.LastHeardAt,
                Presence = s.Presence?.ToString(),
                s.PresenceAt,
                Status = s.Status is null ? null : JsonSerializer.SerializeToUtf8Bytes(s.Status, ContractsJsonContext.Default.SiteStatus),
                s.StatusEventId,
                s.GapFoundAt,
                s.Duplicates,
                s.Id,
            }),
            transaction);
        connection.Execute(
            "UPDATE ledgers SET head_number = @Number, head_payload = @Payload, head_at = @HeadAt WHERE site_id = @Id AND ledger = @Ledger",
            sites.Select(s => new { s.Head?.Number, s.Head?.Payload, s.HeadAt, s.Id, s.Ledger }),
            transaction);
        connection.Execute(
            """
            INSERT INTO proofs (site_id, channel, number, at, event, healthy, healthy_at) VALUES (@SiteId, @Channel, @Number, @At, @Event, @Healthy, @HealthyAt)
            ON CONFLICT (site_id, channel) DO UPDATE SET number = excluded.number, at = excluded.at, event = excluded.event, healthy = excluded.healthy, healthy_at = excluded.healthy_at
            """,
            from site in sites
            from proof in site.Proofs
            select new { SiteId = site.Id, Channel = proof.Key, proof.Value.Number, proof.Value.At, Event = proof.Value.Event.ToString(), proof.Value.Healthy, proof.Value.HealthyAt },
            transaction);
    }

    private sealed record ProofRow(long SiteId, string Channel, long Number, DateTimeOffset At, AcknowledgementEvent Event, Digest? Healthy, DateTimeOffset? HealthyAt);

    private sealed class SiteRow
    {
        public required long Id { get; init; }

        public required string Fleet { get; init; }

        public required string Site { get; init; }

        public required DateTimeOffset EnrolledAt { get; init; }

        public required int Ledger { get; init; }

        public required string KeyPem { get; init; }

        public required DateTimeOffset CertificateExpiresAt { get; init; }

        public long? HeadNumber { get; init; }

        public Digest? HeadPayload { get; init; }

        public DateTimeOffset? HeadAt { get; init; }

        public DateTimeOffset? LastHeardAt { get; init; }

        public PresenceState? Presence { get; init; }

        public DateTimeOffset? PresenceAt { get; init; }

        public byte[]? Status { get; init; }

        public string? StatusEvent { get; init; }

        public long? GapFoundAt { get; init; }

        public long Duplicates { get; init; }

        public int OpenEvidence { get; init; }

        public DateTimeOffset? RevokedAt { get; init; }

        public SiteState ToState(IEnumerable<ProofRow> proofs, PreflightNote? lastPreflight, PreflightAsk? ask, NightNote? lastNight) => new()
        {
            Id = Id,
            Key = new SiteKey(Fleet, Site),
            EnrolledAt = EnrolledAt,
            Ledger = Ledger,
            LedgerKey = VerificationKey.FromPem(KeyPem, $"{Fleet}/{Site}"),
            CertificateExpiresAt = CertificateExpiresAt,
            Head = HeadNumber is { } number ? new LedgerHead(number, HeadPayload!.Value) : null,
            HeadAt = HeadAt,
            LastHeardAt = LastHeardAt,
            Presence = Presence,
            PresenceAt = PresenceAt,
            Status = Status is null ? null : JsonSerializer.Deserialize(Status, ContractsJsonContext.Default.SiteStatus),
            StatusEventId = StatusEvent,
            GapFoundAt = GapFoundAt,
            Duplicates = Duplicates,
            OpenEvidence = OpenEvidence,
            RevokedAt = RevokedAt,
            Proofs = proofs.ToImmutableDictionary(p => p.Channel, p => new ChannelProof(p.Number, p.At, p.Event, p.Healthy) { HealthyAt = p.HealthyAt }),
            LastPreflight = lastPreflight,
            PreflightAsk = ask,
            LastNight = lastNight,
        };
    }
}
