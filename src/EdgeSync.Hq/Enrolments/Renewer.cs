using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Gives a known site a new certificate for the proof that it has its ledger key. The old certificate may have run out.</summary>
internal sealed partial class Renewer(
    SqliteDatabase database,
    RenewalChallenges challenges,
    CertificateAuthority authority,
    SiteDirections directions,
    FleetStore store,
    FleetProjection fleet,
    FleetGate gate,
    ILogger<Renewer> logger)
{
    /// <summary>Throws <see cref="HqException"/>; for an unknown site and a wrong signature the same one, so that nobody can search for sites.</summary>
    public EnrolmentResponse Renew(ReadOnlySpan<byte> envelope)
    {
        var claimed = ReadClaim(envelope);
        var key = new SiteKey(claimed.Fleet, claimed.Site);
        if (!fleet.TryGet(key, out var site)
            || DsseVerifier.Verify(envelope, RenewalRequest.MediaType, [site.LedgerKey], threshold: 1) is not DsseVerdict.Valid)
        {
            LogRefused(logger);
            throw new HqException(HqReasons.RenewalRefused, "the request is not signed by the ledger key of a site that HQ knows")
            {
                Hint = "Enrol the site again with a new token.",
            };
        }

        if (!challenges.TryUse(claimed.Challenge, key))
        {
            throw new HqException(HqReasons.RenewalRefused, "the challenge is not for this site, too old, or was used before") { Hint = "Ask for a new one." };
        }

        if (site.RevokedAt is { } revoked)
        {
            throw new HqException(HqReasons.SiteRevoked, $"the site was revoked at {revoked:u}") { Hint = "An operator can enrol it again with a new token." };
        }

        using var certificate = authority.IssueForSite(key, CertificateRequestReader.ReadKey(claimed.CertificateRequest), directions.CertificateLifetime);
        gate.Run(() => Register(site, certificate));
        LogRenewed(logger, key, certificate.SerialNumber, certificate.NotAfter.ToUniversalTime());
        return directions.Answer(certificate, authority);
    }

    private static RenewalRequest ReadClaim(ReadOnlySpan<byte> envelope)
    {
        try
        {
            return DsseEnvelope.TryParse(envelope, out var parsed, out var problem)
                ? StrictJson.Read(parsed.Payload.Span, ContractsJsonContext.Default.RenewalRequest)
                : throw new HqException(HqReasons.RequestInvalid, $"the request is no envelope: {problem}");
        }
        catch (JsonException failure)
        {
            throw new HqException(HqReasons.RequestInvalid, $"the request is not what it should be: {failure.Message}", failure);
        }
    }

    private bool Register(SiteState site, X509Certificate2 certificate)
    {
        using var connection = database.Connect();
        connection.Execute(
            null,
            "UPDATE ledgers SET certificate_serial = @serial, certificate_expires_at = @expires WHERE site_id = @id AND ledger = @ledger",
            ("@serial", certificate.SerialNumber),
            ("@expires", new DateTimeOffset(certificate.NotAfter)),
            ("@id", site.Id),
            ("@ledger", site.Ledger));
        fleet.Replace([store.Load(site.Key)]);
        return true;
    }

    [LoggerMessage(HqEventIds.CertificateRenewed, LogLevel.Information, "{Site} renewed its certificate: {Serial}, until {Until}")]
    private static partial void LogRenewed(ILogger logger, SiteKey site, string serial, DateTime until);

    [LoggerMessage(HqEventIds.RenewalRefused, LogLevel.Warning, "A renewal was refused: no known site has signed it")]
    private static partial void LogRefused(ILogger logger);
}
