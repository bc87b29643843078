using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Dapper;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Issues a new certificate to a site that proves that it has its ledger key. The old certificate may have expired. HQ readmits a site that it does not know,
/// for example after the restore of an old backup, if the certificate of the site proves that HQ's authority enrolled it with that ledger key.
/// </summary>
internal sealed partial class Renewer(
    SqliteDatabase database,
    RenewalChallenges challenges,
    CertificateAuthority authority,
    Enroller enroller,
    EnrolmentResponses responses,
    FleetStore store,
    FleetProjection fleet,
    FleetLock fleetLock,
    ISitePublisher publisher,
    ILogger<Renewer> logger)
{
    private const int MaxCertificateLength = 8 * 1024;

    /// <summary>Throws <see cref="HqException"/>, with the same message for an unknown site and a wrong signature, so that nobody can probe for sites.</summary>
    public async Task<EnrolmentResponse> RenewAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        var claimed = ReadClaim(envelope.Span);
        var key = new SiteKey(claimed.Fleet, claimed.Site);
        var isKnown = fleet.TryGet(key, out var site);
        var ledgerKey = isKnown ? site!.LedgerKey : FindProvenKey(claimed, key);
        if (ledgerKey is null || DsseVerifier.Verify(envelope.Span, RenewalRequest.MediaType, [ledgerKey], threshold: 1) is not DsseVerdict.Valid)
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

        if (site?.RevokedAt is { } revoked)
        {
            throw new HqException(HqReasons.SiteRevoked, $"the site was revoked at {revoked:u}") { Hint = "An operator can enrol it again with a new token." };
        }

        using var certificate = authority.IssueForSite(
            key, CertificateRequestReader.ReadKey(claimed.CertificateRequest), ledgerKey.Id, responses.CertificateLifetime);
        if (isKnown)
        {
            fleetLock.Run(() => Register(site!, certificate));
            LogRenewed(logger, key, certificate.SerialNumber, certificate.NotAfter.ToUniversalTime());
        }
        else
        {
            enroller.Readmit(key, ledgerKey, certificate);
            await RequestLedgerAsync(key, cancellationToken);
        }

        return responses.Create(certificate);
    }

    // Only HQ's authority can bind a ledger key to a site. An expired certificate proves it as well.
    private VerificationKey? FindProvenKey(RenewalRequest claimed, SiteKey key)
    {
        if (claimed is not { LedgerKey: { } pem, Certificate: { Length: <= MaxCertificateLength } held }
            || !EntityName.IsValid(key.Fleet)
            || !EntityName.IsValid(key.Site))
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(held);
            var ledgerKey = Enroller.ReadLedgerKey(pem, key);
            return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == key.ToString()
                && LedgerKeyName.Names(certificate, ledgerKey.Id)
                && authority.Issued(certificate)
                ? ledgerKey
                : null;
        }
        catch (Exception failure) when (failure is CryptographicException or HqException)
        {
            return null;
        }
    }

    private async Task RequestLedgerAsync(SiteKey key, CancellationToken cancellationToken)
    {
        try
        {
            await publisher.SendAsync(key, new SiteCommand(CommandKind.ResendFrom, 1), cancellationToken);
        }
        catch (HqException)
        {
            // The next status of the site shows that entries are missing, and HQ asks for them then.
        }
    }

    private static RenewalRequest ReadClaim(ReadOnlySpan<byte> envelope)
    {
        try
        {
            return DsseEnvelope.TryParse(envelope, out var parsed, out var problem)
                ? StrictJson.Read(parsed.Payload.Span, ContractsJsonContext.Default.RenewalRequest)
                : throw new HqException(HqReasons.RequestInvalid, $"the request is not a signed envelope: {problem}");
        }
        catch (JsonException failure)
        {
            throw new HqException(HqReasons.RequestInvalid, $"the request is not valid: {FaultText.Describe(failure)}", failure);
        }
    }

    private bool Register(SiteState site, X509Certificate2 certificate)
    {
        using var connection = database.Connect();
        connection.Execute(
            "UPDATE ledgers SET certificate_serial = @Serial, certificate_expires_at = @Expires WHERE site_id = @Id AND ledger = @Ledger",
            new { Serial = certificate.SerialNumber, Expires = new DateTimeOffset(certificate.NotAfter), site.Id, site.Ledger });
        fleet.Replace([store.Load(site.Key)]);
        return true;
    }

    [LoggerMessage(HqEventIds.CertificateRenewed, LogLevel.Information, "{Site} renewed its certificate: {Serial}, until {Until}")]
    private static partial void LogRenewed(ILogger logger, SiteKey site, string serial, DateTime until);

    [LoggerMessage(HqEventIds.RenewalRefused, LogLevel.Warning, "HQ refused a renewal: it is not signed by a known site")]
    private static partial void LogRefused(ILogger logger);
}
