using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Agent.Failures;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// Renews the certificate by which the broker knows this site, after two thirds of its life and with nobody here: HQ gives a challenge, the ledger key
/// signs it. A certificate that ran out while there was no link is renewed the same way, as soon as there is one. The broker's client reads the new
/// file at its next connection.
/// </summary>
internal sealed partial class CertificateRenewer(
    SiteIdentity identity, SiteProfile site, SigningKey ledgerKey, TimeProvider clock, Random random, ILogger<CertificateRenewer> logger) : BackgroundService
{
    private const double RenewAfter = 2.0 / 3;
    private const double Jitter = 0.05;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>A hint carries no authority: whoever can forge them gets no more than this out of a site.</summary>
    private static readonly TimeSpan BetweenHints = TimeSpan.FromMinutes(10);

    private readonly AsyncSignal _wake = new();
    private readonly Lock _lock = new();
    private long? _hintAt;
    private bool _isHinted;
    private readonly double _jitter = Jitter * random.NextDouble();
    private readonly Backoff _backoff = new(FirstRetry, LongestWait, random);
    private volatile SiteNotice? _notice;

    /// <summary>Raised after <see cref="Notice"/> came or went.</summary>
    public event Action? Changed;

    /// <summary>What people should know: that the certificate is due and could not be renewed; or null.</summary>
    public SiteNotice? Notice => _notice;

    /// <summary>Renews soon, whatever the certificate's age: HQ does not know this site, and may know it again by that. Too many hints are passed over.</summary>
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

    /// <summary>Looks once, and renews where it is due; returns how long to wait for the next look.</summary>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var current = identity.ReadCertificate();
            return current is null ? LongestWait : await StepAsync(current, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // A file of the identity that cannot be read or written: it may be put right while the agent runs.
            Tell(new SiteNotice(ReasonCodes.CertificateNotRenewed, $"the site's certificate cannot be looked after: {failure.Message}"));
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
        using var hq = identity.ConnectToHq(clock) ?? throw new AgentException("HqAddressUnknown", "it is not known where HQ is")
        {
            Disposition = Disposition.Stalled,
            Hint = "Run 'edgesync enroll https://HQ' once more with a new token; the address is kept from then on.",
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
                Hint = "Look at the clocks of HQ and of this site.",
            };
        }

        // The old one may have ended: what came is kept even when the agent is being stopped.
        await identity.SaveAsync(received, CancellationToken.None);
        LogRenewed(renewed.NotAfter.ToUniversalTime());
    }

    private SiteNotice Describe(X509Certificate2 current, EdgeSyncException failure)
    {
        var end = current.NotAfter.ToUniversalTime();
        var words = end <= clock.GetUtcNow().UtcDateTime ? "ended" : "ends";
        return new SiteNotice(
            ReasonCodes.CertificateNotRenewed,
            $"the certificate by which HQ's broker knows this site {words} at {end:u} and could not be renewed yet, {failure.Reason}: {failure.Message}",
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
