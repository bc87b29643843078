using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Agent.Failures;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// Renews the certificate that this site shows to the broker, after two thirds of its life: HQ sends a challenge, and the ledger key signs it. A certificate
/// that expired while there was no link is renewed the same way as soon as there is one. The broker's client reads the new file when it next connects.
/// </summary>
internal sealed partial class CertificateRenewer(
    SiteIdentity identity, SiteProfile site, SigningKey ledgerKey, TimeProvider clock, Random random, ILogger<CertificateRenewer> logger) : BackgroundService
{
    private const double RenewAfter = 2.0 / 3;
    private const double Jitter = 0.05;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>A hint carries no authority: somebody who forges hints causes at most one renewal in this time.</summary>
    private static readonly TimeSpan BetweenHints = TimeSpan.FromMinutes(10);

    private readonly AsyncSignal _wake = new();
    private readonly Lock _lock = new();
    private long? _hintAt;
    private bool _isHinted;
    private readonly double _jitter = Jitter * random.NextDouble();
    private readonly Backoff _backoff = new(FirstRetry, LongestWait, random);
    private volatile SiteNotice? _notice;

    /// <summary>Raised after <see cref="Notice"/> has changed.</summary>
    public event Action? Changed;

    /// <summary>The notice that the certificate is due and could not be renewed; or null.</summary>
    public SiteNotice? Notice => _notice;

    /// <summary>Renews soon, whatever the certificate's age: HQ does not know this site and learns of it by the renewal. Hints that come too often are ignored.</summary>
    public void RenewSoon()
    {
        lock (_lock)
        {
            if (_hintAt is { } last && clock.GetElapsedTime(last) < BetweenHints)
            {
                return;
            }

            _hintAt = clock.GetTimestamp();
            _isHinted = true;
            _wake.Set();
        }
    }

    /// <summary>Checks once, and renews the certificate if it is due; returns how long to wait for the next check.</summary>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var current = identity.ReadCertificate();
            return current is null ? LongestWait : await StepAsync(current, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // A file of the identity cannot be read or written; somebody may correct that while the agent runs.
            Tell(new SiteNotice(ReasonCodes.CertificateNotRenewed, $"cannot check the site's certificate: {FaultText.Describe(failure)}"));
            return _backoff.Next();
        }
    }

    private async Task<TimeSpan> StepAsync(X509Certificate2 current, CancellationToken cancellationToken)
    {
        var due = DueAt(current) - clock.GetUtcNow();
        if (due > TimeSpan.Zero && !TakeHint())
        {
            Tell(null);
            return due < LongestWait ? due : LongestWait;
        }

        try
        {
            await RenewAsync(current, cancellationToken);
            _backoff.Reset();
            Tell(null);
            return TimeSpan.Zero;
        }
        catch (EdgeSyncException failure)
        {
            Tell(Describe(current, failure));
            return failure.Disposition == Disposition.Stalled ? LongestWait : failure.RetryAfter ?? _backoff.Next();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _wake.WaitAsync(await StepAsync(stoppingToken), clock, stoppingToken);
        }
    }

    private bool TakeHint()
    {
        lock (_lock)
        {
            var hinted = _isHinted;
            _isHinted = false;
            return hinted;
        }
    }

    private DateTimeOffset DueAt(X509Certificate2 certificate)
    {
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return from + ((to - from) * (RenewAfter + _jitter));
    }

    private async Task RenewAsync(X509Certificate2 current, CancellationToken cancellationToken)
    {
        using var hq = identity.ConnectToHq(clock) ?? throw new AgentException("HqAddressUnknown", "the address of HQ is not stored at this site")
        {
            Disposition = Disposition.Stalled,
            Hint = "Run 'edgesync enroll https://HQ' once more with a new token; it stores the address.",
        };
        using var clientKey = await identity.EnsureClientKeyAsync(cancellationToken);
        var challenge = await hq.AskChallengeAsync(site.Fleet, site.Site, cancellationToken);
        var request = new RenewalRequest(site.Fleet, site.Site, challenge, SiteCertificate.CreateRequest(site.Fleet, site.Site, clientKey))
        {
            LedgerKey = ledgerKey.PublicKey.ToPem(),
            Certificate = current.ExportCertificatePem(),
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.RenewalRequest);
        var envelope = DsseSigner.Sign(RenewalRequest.MediaType, payload, [ledgerKey]).ToBytes();
        var received = SiteCertificate.Check(await hq.RenewAsync(envelope, cancellationToken), clientKey);
        using var renewed = SiteCertificate.Parse(received.Certificate)!;
        if (DueAt(renewed) <= clock.GetUtcNow())
        {
            throw new AgentException("EnrolmentAnswerInvalid", $"HQ's new certificate ends at {renewed.NotAfter.ToUniversalTime():u}, which is over or soon here")
            {
                Hint = "Compare the clocks of HQ and of this site.",
            };
        }

        // The old certificate may have expired: store the new one even while the agent stops.
        await identity.SaveAsync(received, CancellationToken.None);
        LogRenewed(renewed.NotAfter.ToUniversalTime());
    }

    private SiteNotice Describe(X509Certificate2 current, EdgeSyncException failure)
    {
        var end = current.NotAfter.ToUniversalTime();
        var words = end <= clock.GetUtcNow().UtcDateTime ? "ended" : "ends";
        return new SiteNotice(
            ReasonCodes.CertificateNotRenewed,
            $"the site's certificate for HQ's broker {words} at {end:u} and could not be renewed yet, {failure.Reason}: {failure.Message}",
            failure.Hint);
    }

    private void Tell(SiteNotice? notice)
    {
        if (notice == _notice)
        {
            return;
        }

        _notice = notice;
        if (notice is not null)
        {
            LogNotRenewed(notice.Message);
        }

        Changed?.Invoke();
    }

    [LoggerMessage(AgentEventIds.CertificateRenewed, LogLevel.Information, "The certificate for HQ's broker was renewed; it is valid until {Until}")]
    private partial void LogRenewed(DateTime until);

    [LoggerMessage(AgentEventIds.CertificateNotRenewed, LogLevel.Warning, "Not renewed: {Message}")]
    private partial void LogNotRenewed(string message);
}
