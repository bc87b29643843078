using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// Gives a site a new certificate for the proof that it has its ledger key. The old certificate may have run out. A site that this HQ does not know, as after
/// the restore of an old backup, is taken back where its certificate proves that this HQ's authority enrolled it with that ledger key.
/// </summary>
internal sealed partial class Renewer(
    SqliteDatabase database,
    RenewalChallenges challenges,
    CertificateAuthority authority,
    Enroller enroller,
    SiteDirections directions,
    FleetStore store,
    FleetProjection fleet,
    FleetGate gate,
    ISitePublisher publisher,
    ILogger<Renewer> logger)
{
    private const int MaxCertificateLength = 8 * 1024;

    /// <summary>Throws <see cref="HqException"/>; for an unknown site and a wrong signature the same one, so that nobody can search for sites.</summary>
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
            key, CertificateRequestReader.ReadKey(claimed.CertificateRequest), ledgerKey.Id, directions.CertificateLifetime);
        if (isKnown)
        {
            gate.Run(() => Register(site!, certificate));
            LogRenewed(logger, key, certificate.SerialNumber, certificate.NotAfter.ToUniversalTime());
        }
        else
        {
            enroller.Readmit(key, ledgerKey, certificate);
            await AskForLedgerAsync(key, cancellationToken);
        }

        return directions.Answer(certificate, authority);
    }

    // Nobody but this authority says which ledger key a site has: the certificate's time does not matter for that.
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

    private async Task AskForLedgerAsync(SiteKey key, CancellationToken cancellationToken)
    {
        try
        {
            await publisher.SendAsync(key, new SiteCommand(CommandKind.ResendFrom, 1), cancellationToken);
        }
        catch (HqException)
        {
            // Its next status shows that entries are missing, and they are asked for then.
        }
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
