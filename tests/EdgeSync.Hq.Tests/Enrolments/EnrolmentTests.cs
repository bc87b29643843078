using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Enrolments;

public sealed class EnrolmentTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TestHq _hq = null!;
    private TestSite _site = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync(_clock);
        _site = TestSite.Create("stores", "store-1");
        _client = _hq.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public async Task Enrol_ValidToken_IssuesACertificateForTheSite()
    {
        var response = await EnrolAsync(_site.Request(NewToken(), commonName: "hq"));

        using var certificate = X509Certificate2.CreateFromPem(response.Certificate);
        using var authority = X509Certificate2.CreateFromPem(response.CertificateAuthority);
        Assert.Equal("CN=stores/store-1", certificate.Subject);
        Assert.Equal(_site.ClientKey.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("1.3.6.1.5.5.7.3.2", Assert.Single(certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()).EnhancedKeyUsages[0].Value);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(File.ReadAllText(Path.Combine(_hq.Options.AuthorityDirectory, "ca.pem")), response.CertificateAuthority);
        Assert.True(Verifies(certificate, authority));
        Assert.Equal("mqtts://localhost:1", response.BrokerUrl);
        Assert.Equal(_site.LedgerKey.PublicKey, _hq.State(_site).LedgerKey);
    }

    [Fact]
    public async Task Enrol_UsedToken_IsRefused()
    {
        var token = NewToken();
        await EnrolAsync(_site.Request(token));

        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(token)));
    }

    [Fact]
    public async Task Enrol_ConcurrentRequestsWithOneToken_EnrolsOne()
    {
        var request = _site.Request(NewToken());

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TryEnrolAsync(request)));

        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(11, answers.Count(a => a == HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData("stores", "store-2")]
    [InlineData("ships", "store-1")]
    [InlineData("stores", "../store-1")]
    [InlineData("", "")]
    public async Task Enrol_TokenOfAnotherSite_IsRefused(string fleet, string site) =>
        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(NewToken()) with { Fleet = fleet, Site = site }));

    [Fact]
    public async Task Enrol_ExpiredToken_IsRefused()
    {
        var token = NewToken();

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(token)));
    }

    [Fact]
    public async Task Enrol_RevokedOrReplacedToken_IsRefused()
    {
        var replaced = NewToken();
        var revoked = NewToken();
        _hq.Get<EnrolmentTokenStore>().Revoke(_hq.Get<EnrolmentTokenStore>().List()[0].Id);

        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(replaced)));
        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(revoked)));
    }

    [Fact]
    public async Task Enrol_CertificateRequestWithWrongSignature_IsRefusedAndKeepsTheToken()
    {
        var token = NewToken();
        var der = PemDecode(_site.SigningRequest("x"));
        der[^3] ^= 1; // inside the signature
        var forged = PemEncoding.WriteString("CERTIFICATE REQUEST", der);

        Assert.Equal(HttpStatusCode.BadRequest, await TryEnrolAsync(_site.Request(token) with { CertificateRequest = forged }));
        Assert.Equal(HttpStatusCode.OK, await TryEnrolAsync(_site.Request(token)));
    }

    [Fact]
    public async Task Enrol_WeakClientKey_IsRefused()
    {
        using var weak = RSA.Create(1024);
        var request = new CertificateRequest("CN=x", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();

        Assert.Equal(HttpStatusCode.BadRequest, await TryEnrolAsync(_site.Request(NewToken()) with { CertificateRequest = request }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    public async Task Enrol_InvalidCertificateRequest_IsRefused(string pem) =>
        Assert.Equal(HttpStatusCode.BadRequest, await TryEnrolAsync(_site.Request(NewToken()) with { CertificateRequest = pem }));

    [Fact]
    public async Task Enrol_PrivateLedgerKey_IsRefused() =>
        Assert.Equal(HttpStatusCode.Forbidden, await TryEnrolAsync(_site.Request(NewToken()) with { LedgerKey = _site.LedgerKey.ToPem(null) }));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("{\"token\":null,\"fleet\":\"a\",\"site\":\"b\",\"ledgerKey\":\"\",\"certificateRequest\":\"\"}")]
    public async Task Enrol_InvalidBody_ReturnsBadRequest(string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var answer = await _client.PostAsync(new Uri("/api/v1/enrolments", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Enrol_KnownSiteWithSameLedgerKey_ContinuesItsLedger()
    {
        await EnrolAsync(_site.Request(NewToken()));
        SendHealthyEntry();

        await EnrolAsync(_site.Request(NewToken()));

        Assert.Equal((1, 1L), (_hq.State(_site).Ledger, _hq.State(_site).Head!.Number));
        Assert.Empty(SendHealthyEntry().Evidence);
    }

    [Fact]
    public async Task Enrol_KnownSiteWithNewLedgerKey_StartsNewLedgerAndKeepsHistory()
    {
        await EnrolAsync(_site.Request(NewToken()));
        SendHealthyEntry();
        var late = _site.SignEntry(AcknowledgementEvent.Drifted, _hq.Now);
        _site.ReplaceLedger();

        await EnrolAsync(_site.Request(NewToken()));
        SendHealthyEntry();

        var state = _hq.State(_site);
        Assert.Equal((2, 1L), (state.Ledger, state.Head!.Number));
        Assert.Equal(["2-1", "1-1"], _hq.Get<LedgerStore>().List(state.Id, null, 10).Select(e => e.Position.ToString()));
        var plan = _hq.Ingest(_site.Message(MessageKind.Acknowledgement, late, _hq.Now));
        Assert.Equal(EvidenceKind.WrongKey, Assert.Single(plan.Evidence).Kind);
    }

    [Fact]
    public void Authority_KeyFile_IsReadableOnlyForItsOwner() => Assert.Equal(
        UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_hq.Options.AuthorityDirectory, "ca.key")));

    [Fact]
    public async Task Authority_OpenedTwice_IsTheSame()
    {
        using var again = await CertificateAuthority.OpenAsync(_hq.Options.AuthorityDirectory, _clock, CancellationToken.None);

        Assert.Equal(_hq.Get<CertificateAuthority>().Pem, again.Pem);
    }

    private IngestPlan SendHealthyEntry() => _hq.Ingest(
        _site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Healthy, _hq.Now, TestSite.Release("1.0.0")), _hq.Now));

    private string NewToken() => _hq.Get<EnrolmentTokenStore>().Create(_site.Key, TimeSpan.FromHours(1), "test").Secret.Text;

    private async Task<EnrolmentResponse> EnrolAsync(EnrolmentRequest request)
    {
        using var answer = await PostAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(), ContractsJsonContext.Default.EnrolmentResponse)!;
    }

    private async Task<HttpStatusCode> TryEnrolAsync(EnrolmentRequest request)
    {
        using var answer = await PostAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> PostAsync(EnrolmentRequest request)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.EnrolmentRequest));
        content.Headers.ContentType = new("application/json");
        return await _client.PostAsync(new Uri("/api/v1/enrolments", UriKind.Relative), content);
    }

    private bool Verifies(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _clock.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    private static byte[] PemDecode(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
}
