using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Enrolments;

public sealed class RenewalTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TestHq _hq = null!;
    private TestSite _site = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync(_clock);
        _site = _hq.Enrol("stores", "store-1");
        _client = _hq.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public async Task Renew_SignedByLedgerKey_IssuesANewCertificate()
    {
        var before = _hq.State(_site);
        _clock.Advance(TimeSpan.FromDays(600));

        var (status, body) = await RenewAsync(Sign(await ChallengeAsync()));

        Assert.Equal(HttpStatusCode.OK, status);
        var answer = JsonSerializer.Deserialize(body, ContractsJsonContext.Default.EnrolmentResponse)!;
        using var certificate = X509Certificate2.CreateFromPem(answer.Certificate);
        Assert.Equal("CN=stores/store-1", certificate.Subject);
        Assert.True(certificate.NotAfter.ToUniversalTime() > before.CertificateExpiresAt.AddDays(500).UtcDateTime);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), _hq.State(_site).CertificateExpiresAt.UtcDateTime);
        Assert.Equal(before.Ledger, _hq.State(_site).Ledger);
    }

    [Fact]
    public async Task Renew_LongAfterExpiry_Works()
    {
        _clock.Advance(TimeSpan.FromDays(2000));

        Assert.Equal(HttpStatusCode.OK, (await RenewAsync(Sign(await ChallengeAsync()))).Status);
    }

    [Fact]
    public async Task Renew_SameRequestTwice_RefusesTheSecond()
    {
        var request = Sign(await ChallengeAsync());

        Assert.Equal(HttpStatusCode.OK, (await RenewAsync(request)).Status);
        await AssertRefusedAsync(request, "used before");
    }

    [Fact]
    public async Task Renew_ExpiredChallenge_IsRefused()
    {
        var request = Sign(await ChallengeAsync());
        _clock.Advance(TimeSpan.FromMinutes(6));

        await AssertRefusedAsync(request, "too old");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a challenge")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Renew_InventedChallenge_IsRefused(string challenge) => await AssertRefusedAsync(Sign(challenge), "challenge");

    [Fact]
    public async Task Renew_ChallengeOfAnotherSite_IsRefused()
    {
        using var other = _hq.Enrol("stores", "store-2");

        await AssertRefusedAsync(Sign(await ChallengeAsync("store-2")), "not for this site");
    }

    [Fact]
    public async Task Renew_SignedByAnotherKey_IsRefused()
    {
        using var thief = SigningKey.Create("thief");

        await AssertRefusedAsync(Sign(await ChallengeAsync(), key: thief), "not signed by the ledger key");
    }

    [Fact]
    public async Task Renew_SignedByAnotherSite_IsRefused()
    {
        using var other = _hq.Enrol("stores", "store-2");

        await AssertRefusedAsync(Sign(await ChallengeAsync(), key: other.LedgerKey), "not signed by the ledger key");
    }

    [Fact]
    public async Task Renew_UnknownSite_IsRefusedWithTheSameMessage()
    {
        var challenge = await ChallengeAsync("store-9");

        await AssertRefusedAsync(Sign(challenge, site: "store-9"), "not signed by the ledger key");
    }

    [Fact]
    public async Task Renew_SiteLostFromDatabase_IsReadmittedByItsCertificate()
    {
        using var lost = TestSite.Create("stores", "store-9");
        var held = CertificateOf(lost);
        _clock.Advance(TimeSpan.FromDays(2000));

        var (status, body) = await RenewAsync(await SignReadmissionAsync(lost, held));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((lost.LedgerKey.PublicKey, 1), (_hq.State(lost).LedgerKey, _hq.State(lost).Ledger));
        using var certificate = X509Certificate2.CreateFromPem(JsonSerializer.Deserialize(body, ContractsJsonContext.Default.EnrolmentResponse)!.Certificate);
        Assert.Equal("CN=stores/store-9", certificate.Subject);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), _hq.State(lost).CertificateExpiresAt.UtcDateTime);
        Assert.Equal(HttpStatusCode.OK, (await RenewAsync(await SignReadmissionAsync(lost, certificate.ExportCertificatePem()))).Status);
    }

    [Theory]
    [InlineData("another site's")]
    [InlineData("for another ledger key")]
    [InlineData("by another authority")]
    [InlineData("a server's")]
    [InlineData("no certificate")]
    [InlineData("too long")]
    [InlineData("none")]
    public async Task Renew_UnknownSiteWithoutProof_IsRefusedWithTheSameMessage(string what)
    {
        using var lost = TestSite.Create("stores", "store-9");
        using var other = TestSite.Create("stores", "store-8");
        var authority = _hq.Get<CertificateAuthority>();
        string? held = what switch
        {
            "another site's" => CertificateOf(other, lost.LedgerKey),
            "for another ledger key" => CertificateOf(lost, other.LedgerKey),
            "by another authority" => await StrangerAsync(lost),
            "a server's" => authority.IssueForServer([lost.Key.ToString()], TimeSpan.FromDays(30)).ExportCertificatePem(),
            "no certificate" => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "too long" => new string(' ', 9000) + CertificateOf(lost),
            _ => null,
        };

        await AssertRefusedAsync(await SignReadmissionAsync(lost, held), "not signed by the ledger key");

        Assert.False(_hq.Fleet.TryGet(lost.Key, out _));
    }

    // The old ledger key was stolen and the site has a new one. The old key and its certificate must not replace the new key.
    [Fact]
    public async Task Renew_KnownSiteWithCertificateForAnotherKey_IsRefused()
    {
        using var thief = TestSite.Create("stores", "store-1");

        await AssertRefusedAsync(await SignReadmissionAsync(thief, CertificateOf(thief)), "not signed by the ledger key");

        Assert.Equal(_site.LedgerKey.PublicKey, _hq.State(_site).LedgerKey);
    }

    [Fact]
    public async Task Renew_LostSiteWithWrongSignature_IsRefused()
    {
        using var lost = TestSite.Create("stores", "store-9");
        using var thief = SigningKey.Create("thief");

        await AssertRefusedAsync(await SignReadmissionAsync(lost, CertificateOf(lost), thief), "not signed by the ledger key");
    }

    [Fact]
    public async Task Renew_SignedForAnotherPurpose_IsRefused()
    {
        var request = new RenewalRequest("stores", "store-1", await ChallengeAsync(), _site.SigningRequest("x"));
        var payload = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.RenewalRequest);
        var envelope = DsseSigner.Sign(Contracts.Acknowledgements.Acknowledgement.MediaType, payload, [_site.LedgerKey]).ToBytes();

        await AssertRefusedAsync(envelope, "not signed by the ledger key");
    }

    [Fact]
    public async Task Renew_RevokedSite_IsRefusedAlsoAfterRestart()
    {
        using var program = _hq.CreateClient(_hq.AddToken(Role.Operator));
        using var revoked = await program.PutAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await AssertRefusedAsync(Sign(await ChallengeAsync()), "SiteRevoked");
        await _hq.ReopenAsync();
        Assert.NotNull(_hq.State(_site).RevokedAt);
    }

    [Fact]
    public async Task Renew_AfterRevocationWasLifted_Works()
    {
        using var program = _hq.CreateClient(_hq.AddToken(Role.Operator));
        using var revoked = await program.PutAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative), null);
        using var lifted = await program.DeleteAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, lifted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await RenewAsync(Sign(await ChallengeAsync()))).Status);
    }

    [Fact]
    public async Task Revoke_WithoutOperatorToken_IsRefused()
    {
        using var viewer = _hq.CreateClient(_hq.AddToken(Role.Viewer));
        using var seen = await viewer.PutAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative), null);
        using var open = await _client.PutAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Forbidden, seen.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, open.StatusCode);
        Assert.Null(_hq.State(_site).RevokedAt);
    }

    [Fact]
    public async Task Enrol_RevokedSiteWithNewToken_LiftsTheRevocation()
    {
        using var program = _hq.CreateClient(_hq.AddToken(Role.Operator));
        using var revoked = await program.PutAsync(new Uri("/api/v1/sites/stores/store-1/revocation", UriKind.Relative), null);

        _hq.Enrol(_site);

        Assert.Null(_hq.State(_site).RevokedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.edgesync.certificate-renewal.v1+json\",\"signatures\":[{\"sig\":\"AAAA\"}]}")]
    public async Task Renew_InvalidBody_ReturnsBadRequest(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await RenewAsync(Encoding.UTF8.GetBytes(body))).Status);

    private string CertificateOf(TestSite site, SigningKey? ledgerKey = null)
    {
        using var certificate = _hq.Get<CertificateAuthority>().IssueForSite(
            site.Key, new PublicKey(site.ClientKey), (ledgerKey ?? site.LedgerKey).PublicKey.Id, TimeSpan.FromDays(365));
        return certificate.ExportCertificatePem();
    }

    private async Task<string> StrangerAsync(TestSite site)
    {
        using var folder = new TempDirectory();
        using var stranger = await CertificateAuthority.OpenAsync(folder["ca"], _clock, CancellationToken.None);
        using var certificate = stranger.IssueForSite(site.Key, new PublicKey(site.ClientKey), site.LedgerKey.PublicKey.Id, TimeSpan.FromDays(365));
        return certificate.ExportCertificatePem();
    }

    private async Task<byte[]> SignReadmissionAsync(TestSite site, string? certificate, SigningKey? key = null)
    {
        var request = new RenewalRequest(site.Key.Fleet, site.Key.Site, await ChallengeAsync(site.Key.Site), site.SigningRequest("x"))
        {
            LedgerKey = site.LedgerKey.PublicKey.ToPem(),
            Certificate = certificate,
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.RenewalRequest);
        return DsseSigner.Sign(RenewalRequest.MediaType, payload, [key ?? site.LedgerKey]).ToBytes();
    }

    private byte[] Sign(string challenge, SigningKey? key = null, string site = "store-1")
    {
        var request = new RenewalRequest("stores", site, challenge, _site.SigningRequest("x"));
        var payload = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.RenewalRequest);
        return DsseSigner.Sign(RenewalRequest.MediaType, payload, [key ?? _site.LedgerKey]).ToBytes();
    }

    private async Task<string> ChallengeAsync(string site = "store-1")
    {
        using var content = Json(JsonSerializer.SerializeToUtf8Bytes(new RenewalChallengeRequest("stores", site), ContractsJsonContext.Default.RenewalChallengeRequest));
        using var answer = await _client.PostAsync(new Uri("/api/v1/renewals/challenges", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(), ContractsJsonContext.Default.RenewalChallenge)!.Challenge;
    }

    private async Task<(HttpStatusCode Status, string Body)> RenewAsync(byte[] request)
    {
        using var content = Json(request);
        using var answer = await _client.PostAsync(new Uri("/api/v1/renewals", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task AssertRefusedAsync(byte[] request, string words)
    {
        var before = _hq.State(_site).CertificateExpiresAt;
        var (status, body) = await RenewAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(words, body, StringComparison.Ordinal);
        Assert.Equal(before, _hq.State(_site).CertificateExpiresAt);
    }

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
