using System.Security.Cryptography.X509Certificates;
using Dapper;
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
/// Enrols a site, for the first time or again with new keys. Using the token and storing the keys is one transaction. A new ledger key starts a new
/// ledger, and the older ledgers stay as history.
/// </summary>
internal sealed partial class Enroller(
    SqliteDatabase database,
    EnrolmentTokenStore tokens,
    CertificateAuthority authority,
    EnrolmentResponses responses,
    FleetStore store,
    FleetProjection fleet,
    FleetLock fleetLock,
    TimeProvider clock,
    ILogger<Enroller> logger)
{
    private const int MaxLedgerKeyLength = 4 * 1024;

    /// <summary>Throws <see cref="HqException"/>, with the same message for every problem of the token, so that nobody can probe for sites or tokens.</summary>
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
        using var certificate = authority.IssueForSite(site, clientKey, ledgerKey.Id, responses.CertificateLifetime);
        var state = fleetLock.Run(() => Register(request.Token, site, ledgerKey, certificate));
        LogEnrolled(logger, site, state.Ledger, certificate.SerialNumber, ledgerKey.Id.ToShortString());
        return responses.Create(certificate);
    }

    /// <summary>Adds a site that the database has lost. The caller has verified that the site was enrolled.</summary>
    public SiteState Readmit(SiteKey site, VerificationKey ledgerKey, X509Certificate2 certificate)
    {
        var state = fleetLock.Run(() =>
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

    /// <summary>Parses the ledger key of a request. Throws <see cref="HqException"/> if it is not valid.</summary>
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
            throw new HqException(HqReasons.EnrolmentRefused, $"HQ refused the ledger key: {failure.Message}", failure);
        }
    }

    private static HqException TokenRefused() => new(
        HqReasons.EnrolmentRefused, "the token is not valid for this fleet and site: unknown, used, expired, revoked, or created for another site")
    {
        Hint = "Ask an operator for a new token: page 'Enrolment' of HQ, or 'edgesync-hq token enrol'.",
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
        var known = connection.QuerySingleOrDefault<KnownLedger>(
            """
            SELECT s.id AS site_id, s.ledger, l.key_pem FROM sites s JOIN ledgers l ON l.site_id = s.id AND l.ledger = s.ledger
            WHERE s.fleet = @Fleet AND s.site = @Site
            """,
            new { key.Fleet, key.Site },
            transaction);
        var sameKey = known is not null && VerificationKey.FromPem(known.KeyPem, key.ToString()).Equals(ledgerKey);
        var ledger = new
        {
            SiteId = known?.SiteId ?? AddSite(connection, transaction, key),
            Ledger = known is null ? 1 : sameKey ? known.Ledger : known.Ledger + 1,
            KeyPem = ledgerKey.ToPem(),
            Now = clock.GetUtcNow(),
            Serial = certificate.SerialNumber,
            Expires = new DateTimeOffset(certificate.NotAfter),
        };

        // The operator who issued the token wants the site back.
        connection.Execute("UPDATE sites SET revoked_at = NULL WHERE id = @SiteId", ledger, transaction);
        if (!sameKey)
        {
            // The proofs of the old ledger do not hold for the new one.
            connection.Execute("DELETE FROM proofs WHERE site_id = @SiteId", ledger, transaction);
            connection.Execute("UPDATE sites SET ledger = @Ledger, gap_found_at = NULL WHERE id = @SiteId", ledger, transaction);
        }

        connection.Execute(
            """
            INSERT INTO ledgers (site_id, ledger, key_pem, registered_at, certificate_serial, certificate_expires_at)
            VALUES (@SiteId, @Ledger, @KeyPem, @Now, @Serial, @Expires)
            ON CONFLICT (site_id, ledger) DO UPDATE SET
                certificate_serial = excluded.certificate_serial, certificate_expires_at = excluded.certificate_expires_at
            """,
            ledger,
            transaction);
    }

    private long AddSite(SqliteConnection connection, SqliteTransaction transaction, SiteKey key) => connection.ExecuteScalar<long>(
        "INSERT INTO sites (fleet, site, enrolled_at, ledger) VALUES (@Fleet, @Site, @Now, 1) RETURNING id",
        new { key.Fleet, key.Site, Now = clock.GetUtcNow() },
        transaction);

    [LoggerMessage(HqEventIds.SiteEnrolled, LogLevel.Information, "{Site} enrolled: ledger {Ledger}, certificate {Serial}, ledger key {Key}")]
    private static partial void LogEnrolled(ILogger logger, SiteKey site, int ledger, string serial, string key);

    [LoggerMessage(HqEventIds.SiteReadmitted, LogLevel.Warning, "Readmitted the unknown site {Site} because of its certificate: {Serial}, ledger key {Key}")]
    private static partial void LogReadmitted(ILogger logger, SiteKey site, string serial, string key);

    [LoggerMessage(HqEventIds.EnrolmentRefused, LogLevel.Warning, "HQ refused an enrolment: the token is not valid for the site")]
    private static partial void LogRefused(ILogger logger);

    private sealed record KnownLedger(long SiteId, long Ledger, string KeyPem);
}
