using System.Security.Cryptography.X509Certificates;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;
using EdgeSync.Signing;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Takes a site in, or takes it back with new keys: token, certificate and ledger key in one transaction. A new ledger key begins a new ledger, and
/// the older ones stay as history.
/// </summary>
internal sealed partial class Enroller(
    SqliteDatabase database,
    EnrolmentTokenStore tokens,
    CertificateAuthority authority,
    SiteDirections directions,
    FleetStore store,
    FleetProjection fleet,
    FleetGate gate,
    TimeProvider clock,
    ILogger<Enroller> logger)
{
    private const int MaxLedgerKeyLength = 4 * 1024;

    /// <summary>Throws <see cref="HqException"/>; for every fault of the token the same one, so that nobody can search for sites or tokens.</summary>
    public EnrolmentResponse Enrol(EnrolmentRequest request)
    {
        var site = new SiteKey(request.Fleet, request.Site);
        if (!EntityName.IsValid(request.Fleet) || !EntityName.IsValid(request.Site) || !tokens.IsUsable(request.Token, site))
        {
            LogRefused(logger);
            throw TokenRefused();
        }

        var ledgerKey = ReadLedgerKey(request.LedgerKey, site);
        var clientKey = CertificateRequestReader.ReadKey(request.CertificateRequest);
        using var certificate = authority.IssueForSite(site, clientKey, ledgerKey.Id, directions.CertificateLifetime);
        var state = gate.Run(() => Register(request.Token, site, ledgerKey, certificate));
        LogEnrolled(logger, site, state.Ledger, certificate.SerialNumber, ledgerKey.Id.ToShortString());
        return directions.Answer(certificate, authority);
    }

    /// <summary>Takes a site back that the database has lost, for whom the caller has the proof that it was enrolled.</summary>
    public SiteState Readmit(SiteKey site, VerificationKey ledgerKey, X509Certificate2 certificate)
    {
        var state = gate.Run(() =>
        {
            using var connection = database.Connect();
            using var transaction = connection.BeginTransaction();
            WriteSite(connection, transaction, site, ledgerKey, certificate);
            transaction.Commit();
            return Show(site);
        });
        LogReadmitted(logger, site, certificate.SerialNumber, ledgerKey.Id.ToShortString());
        return state;
    }

    /// <summary>The ledger key in a request. Throws <see cref="HqException"/> for what is none.</summary>
    public static VerificationKey ReadLedgerKey(string pem, SiteKey site)
    {
        try
        {
            return pem.Length <= MaxLedgerKeyLength
                ? VerificationKey.FromPem(pem, site.ToString())
                : throw new HqException(HqReasons.EnrolmentRefused, "the ledger key is too long");
        }
        catch (SigningException failure)
        {
            throw new HqException(HqReasons.EnrolmentRefused, $"the ledger key is refused: {failure.Message}", failure);
        }
    }

    private static HqException TokenRefused() => new(
        HqReasons.EnrolmentRefused, "the token is not valid for this fleet and site: unknown, used, expired, revoked, or made for another site")
    {
        Hint = "Ask an operator for a new token: HQ's page 'Enrolment', or 'edgesync-hq token enrol'.",
    };

    private SiteState Register(string token, SiteKey key, VerificationKey ledgerKey, X509Certificate2 certificate)
    {
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        if (!tokens.TryUse(connection, transaction, token, key))
        {
            throw TokenRefused();
        }

        WriteSite(connection, transaction, key, ledgerKey, certificate);
        transaction.Commit();
        return Show(key);
    }

    private SiteState Show(SiteKey key)
    {
        var state = store.Load(key);
        fleet.Replace([state]);
        return state;
    }

    private void WriteSite(
        SqliteConnection connection, SqliteTransaction transaction, SiteKey key, VerificationKey ledgerKey, X509Certificate2 certificate)
    {
        var known = connection.ReadOne(
            transaction,
            "SELECT s.id, s.ledger, l.key_pem FROM sites s JOIN ledgers l ON l.site_id = s.id AND l.ledger = s.ledger WHERE s.fleet = @fleet AND s.site = @site",
            r => new KnownLedger(r.GetInt64(0), r.GetInt32(1), r.GetString(2)),
            ("@fleet", key.Fleet),
            ("@site", key.Site));
        var id = known?.SiteId ?? AddSite(connection, transaction, key);

        // Whoever gave the token wants the site back.
        connection.Execute(transaction, "UPDATE sites SET revoked_at = NULL WHERE id = @id", ("@id", id));
        var sameKey = known is not null && VerificationKey.FromPem(known.KeyPem, key.ToString()).Equals(ledgerKey);
        var ledger = known is null ? 1 : sameKey ? known.Ledger : known.Ledger + 1;
        if (!sameKey)
        {
            // What the old ledger proved of the channels says nothing of the new one.
            connection.Execute(transaction, "DELETE FROM proofs WHERE site_id = @id", ("@id", id));
            connection.Execute(transaction, "UPDATE sites SET ledger = @ledger, gap_found_at = NULL WHERE id = @id", ("@ledger", ledger), ("@id", id));
        }

        connection.Execute(
            transaction,
            """
            INSERT INTO ledgers (site_id, ledger, key_pem, registered_at, certificate_serial, certificate_expires_at)
            VALUES (@id, @ledger, @key, @now, @serial, @expires)
            ON CONFLICT (site_id, ledger) DO UPDATE SET
                certificate_serial = excluded.certificate_serial, certificate_expires_at = excluded.certificate_expires_at
            """,
            ("@id", id),
            ("@ledger", ledger),
            ("@key", ledgerKey.ToPem()),
            ("@now", clock.GetUtcNow()),
            ("@serial", certificate.SerialNumber),
            ("@expires", new DateTimeOffset(certificate.NotAfter)));
    }

    private long AddSite(SqliteConnection connection, SqliteTransaction transaction, SiteKey key) => connection.ReadOne(
        transaction,
        "INSERT INTO sites (fleet, site, enrolled_at, ledger) VALUES (@fleet, @site, @now, 1) RETURNING id",
        r => r.GetInt64(0),
        ("@fleet", key.Fleet),
        ("@site", key.Site),
        ("@now", clock.GetUtcNow()));

    [LoggerMessage(HqEventIds.SiteEnrolled, LogLevel.Information, "{Site} enrolled: ledger {Ledger}, certificate {Serial}, ledger key {Key}")]
    private static partial void LogEnrolled(ILogger logger, SiteKey site, int ledger, string serial, string key);

    [LoggerMessage(HqEventIds.SiteReadmitted, LogLevel.Warning, "{Site} was not known, and was taken back by its certificate: {Serial}, ledger key {Key}")]
    private static partial void LogReadmitted(ILogger logger, SiteKey site, string serial, string key);

    [LoggerMessage(HqEventIds.EnrolmentRefused, LogLevel.Warning, "An enrolment was refused: its token is not valid for the site that it names")]
    private static partial void LogRefused(ILogger logger);

    private sealed record KnownLedger(long SiteId, int Ledger, string KeyPem);
}
