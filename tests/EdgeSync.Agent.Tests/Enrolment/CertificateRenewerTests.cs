using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Enrolment;

/// <summary>The certificate of an enrolled site over the years; HQ is on loopback, over TLS.</summary>
public sealed class CertificateRenewerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ConfigurationFolder _folder = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private ScriptedHq _hq = null!;
    private SiteIdentity _identity = null!;
    private SigningKey _ledgerKey = null!;

    [Fact]
    public async Task Step_YoungCertificate_DoesNotAskHq()
    {
        _time.Advance(TimeSpan.FromDays(200));

        var wait = await Renewer().StepAsync(_limit.Token);

        Assert.True(wait > Hour);
        Assert.Empty(_hq.Challenges);
    }

    [Fact]
    public async Task Step_TwoThirdsOfItsLifeAreOver_RenewsWithTheLedgerKey()
    {
        var before = Certificate();
        _time.Advance(TimeSpan.FromDays(265));
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());
        using var renewer = Renewer();

        await renewer.StepAsync(_limit.Token);

        var envelope = Assert.Single(_hq.Renewals);
        Assert.IsType<DsseVerdict.Valid>(DsseVerifier.Verify(envelope, RenewalRequest.MediaType, [_ledgerKey.PublicKey], 1));
        var request = ScriptedHq.RenewalIn(envelope);
        Assert.Equal(("retail", "store-0042", "challenge-1"), (request.Fleet, request.Site, request.Challenge));
        Assert.NotEqual(before.SerialNumber, Certificate().SerialNumber);
        Assert.Equal(before.PublicKey.ExportSubjectPublicKeyInfo(), Certificate().PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Null(renewer.Notice);
        Assert.True(await renewer.StepAsync(_limit.Token) > TimeSpan.Zero);
        Assert.Single(_hq.Renewals);
    }

    [Fact]
    public async Task RenewSoon_YoungCertificate_RenewsAndIdentifiesTheSite()
    {
        var before = Certificate();
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());
        using var renewer = Renewer();

        renewer.RenewSoon();
        await renewer.StepAsync(_limit.Token);

        var request = ScriptedHq.RenewalIn(Assert.Single(_hq.Renewals));
        Assert.Equal((_ledgerKey.PublicKey.ToPem(), before.ExportCertificatePem()), (request.LedgerKey, request.Certificate));
        Assert.NotEqual(before.SerialNumber, Certificate().SerialNumber);
    }

    // An attacker who controls the broker can send hints as often as he likes.
    [Fact]
    public async Task RenewSoon_ManyHints_RenewsOnceInTenMinutes()
    {
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());
        using var renewer = Renewer();
        for (var hint = 0; hint < 100; hint++)
        {
            renewer.RenewSoon();
            await renewer.StepAsync(_limit.Token);
        }

        Assert.Single(_hq.Renewals);
        _time.Advance(TimeSpan.FromMinutes(11));
        renewer.RenewSoon();
        await renewer.StepAsync(_limit.Token);
        Assert.Equal(2, _hq.Renewals.Count);
    }

    [Fact]
    public async Task RenewSoon_WhileWaiting_WakesTheRenewer()
    {
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());
        using var renewer = Renewer();
        await renewer.StartAsync(_limit.Token);

        renewer.RenewSoon();

        while (_hq.Renewals.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _limit.Token);
        }

        await renewer.StopAsync(_limit.Token);
    }

    [Fact]
    public async Task Step_ExpiredWhileOffline_RenewsTheSameWay()
    {
        _time.Advance(TimeSpan.FromDays(1000));
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());

        await Renewer().StepAsync(_limit.Token);

        Assert.True(Certificate().NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task Step_HqRefuses_KeepsTheCertificateAndReportsIt()
    {
        var before = Certificate().SerialNumber;
        _time.Advance(TimeSpan.FromDays(1000));
        _hq.AnswerRenewal = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("""{"reason":"SiteRevoked","detail":"the site was revoked","hint":"ask"}""");
        };
        using var renewer = Renewer();
        var told = 0;
        renewer.Changed += () => told++;

        var wait = await renewer.StepAsync(_limit.Token);
        await renewer.StepAsync(_limit.Token);

        Assert.Equal(TimeSpan.FromHours(6), wait);
        Assert.Equal((ReasonCodes.CertificateNotRenewed, "ask", 1), (renewer.Notice?.Reason, renewer.Notice?.Hint, told));
        Assert.Contains("ended at", renewer.Notice?.Message, StringComparison.Ordinal);
        Assert.Contains("SiteRevoked", renewer.Notice?.Message, StringComparison.Ordinal);
        Assert.Equal(before, Certificate().SerialNumber);
    }

    [Fact]
    public async Task Step_NoLink_RetriesAndThenRenews()
    {
        _time.Advance(TimeSpan.FromDays(300));
        _hq.AnswerRenewal = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var renewer = Renewer();

        var wait = await renewer.StepAsync(_limit.Token);
        var notice = renewer.Notice;
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow());
        await renewer.StepAsync(_limit.Token);

        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal((ReasonCodes.CertificateNotRenewed, null), (notice?.Reason, renewer.Notice));
    }

    [Fact]
    public async Task Step_CertificateForAnotherKey_IsNotStored()
    {
        var before = Certificate().SerialNumber;
        _time.Advance(TimeSpan.FromDays(300));
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        _hq.AnswerRenewal = context => ScriptedHq.RespondAsync(context, new EnrolmentResponse(
            _hq.Issue(SiteCertificate.CreateRequest("retail", "store-0042", other)), _hq.AuthorityPem, "mqtts://h:1", _hq.AuthorityPem));
        using var renewer = Renewer();

        await renewer.StepAsync(_limit.Token);

        Assert.Contains("for another key", renewer.Notice?.Message, StringComparison.Ordinal);
        Assert.Equal(before, Certificate().SerialNumber);
    }

    [Fact]
    public async Task Step_NewCertificateHasExpired_IsNotStoredAndDoesNotLoop()
    {
        _time.Advance(TimeSpan.FromDays(1000));
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow().AddDays(-900));
        using var renewer = Renewer();

        var wait = await renewer.StepAsync(_limit.Token);

        Assert.True(wait > TimeSpan.Zero);
        Assert.Contains("Compare the clocks", renewer.Notice?.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_IdentityFileIsAFolder_ReportsItAndRetries()
    {
        File.Delete(_identity.HqFile);
        File.CreateSymbolicLink(_identity.HqFile, "/proc/self/mem");
        _time.Advance(TimeSpan.FromDays(300));
        using var renewer = Renewer();

        var wait = await renewer.StepAsync(_limit.Token);

        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(ReasonCodes.CertificateNotRenewed, renewer.Notice?.Reason);
    }

    [Fact]
    public async Task Step_HqsAddressIsNotStored_ReportsWhatToDo()
    {
        File.Delete(_identity.HqFile);
        _time.Advance(TimeSpan.FromDays(300));
        using var renewer = Renewer();

        await renewer.StepAsync(_limit.Token);

        Assert.Contains("edgesync enroll", renewer.Notice?.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManySites_RenewAtDifferentTimes()
    {
        _time.Advance(TimeSpan.FromDays(365 * 0.69));
        _hq.AnswerRenewal = AnswerFrom(_time.GetUtcNow().AddYears(-9));
        var asked = 0;
        for (var seed = 0; seed < 24; seed++)
        {
            var before = _hq.Challenges.Count;
            using var renewer = Renewer(seed);
            await renewer.StepAsync(_limit.Token);
            asked += _hq.Challenges.Count - before;
        }

        Assert.InRange(asked, 2, 22);
    }

    public async Task InitializeAsync()
    {
        _hq = await ScriptedHq.StartAsync(tls: true);
        var authority = _folder["hq-ca.pem"];
        await File.WriteAllTextAsync(authority, _hq.AuthorityPem);
        var configuration = _folder.Load(ConfigurationFolder.Minimal + "stateDirectory: state\n");
        using (var client = new EnrolmentClient(_hq.Url, authority, TimeProvider.System))
        {
            await new SiteEnroller(configuration, client, TimeProvider.System).EnrolAsync("secret", again: false, newLedgerKey: false, _limit.Token);
        }

        // Everything that it needs later is stored with the identity; the file from the command line may be gone.
        File.Delete(authority);
        _identity = new SiteIdentity(configuration.IdentityDirectory);
        _ledgerKey = await SigningKeyFile.LoadAsync(_identity.LedgerKeyFile, password: null, _limit.Token);
    }

    public async Task DisposeAsync()
    {
        _ledgerKey.Dispose();
        await _hq.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    private RequestDelegate AnswerFrom(DateTimeOffset from) => context => ScriptedHq.RespondAsync(context, new EnrolmentResponse(
        _hq.Issue(ScriptedHq.RenewalIn(_hq.Renewals[^1]).CertificateRequest, from: from), _hq.AuthorityPem, "mqtts://hq.example.com:8883", _hq.AuthorityPem));

    private X509Certificate2 Certificate() => _identity.ReadCertificate()!;

    private CertificateRenewer Renewer(int seed = 1) => new(
        _identity, new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0"), _ledgerKey, _time, new Random(seed),
        NullLogger<CertificateRenewer>.Instance);
}
