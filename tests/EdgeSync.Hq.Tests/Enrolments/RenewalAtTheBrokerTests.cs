using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Hq.Tests.Enrolments;

/// <summary>A site with an expired certificate, real mosquitto, and HQ over HTTP.</summary>
public sealed class RenewalAtTheBrokerTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromSeconds(60));
    private readonly TempDirectory _folder = new();
    private HqFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await HqFixture.StartAsync(_timeout.Token);

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    public void Dispose()
    {
        _timeout.Dispose();
        _folder.Dispose();
    }

    [PeerFact]
    public async Task The_broker_refuses_an_expired_certificate_and_accepts_the_renewed_one_from_the_same_client()
    {
        using var site = TestSite.Create("stores", "store-1");
        var enrolled = _fixture.Hq.Enrol(site);
        using var expired = _fixture.Hq.Get<CertificateAuthority>().IssueForSite(site.Key, new PublicKey(site.ClientKey), site.LedgerKey.PublicKey.Id, TimeSpan.FromHours(-1));
        await File.WriteAllTextAsync(_folder["ca.pem"], enrolled.BrokerCertificateAuthority, _timeout.Token);
        await File.WriteAllTextAsync(_folder["site.pem"], expired.ExportCertificatePem(), _timeout.Token);
        await File.WriteAllTextAsync(_folder["site.key"], site.ClientKey.ExportPkcs8PrivateKeyPem(), _timeout.Token);
        var session = Connect(new Uri(enrolled.BrokerUrl));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token);

        var running = session.RunAsync(stop.Token);
        var refused = await session.StateChanges.ReadAsync(_timeout.Token);
        await File.WriteAllTextAsync(_folder["site.pem"], (await RenewAsync(site)).Certificate, _timeout.Token);
        while (!(await session.StateChanges.ReadAsync(_timeout.Token)).IsConnected)
        {
        }

        Assert.False(refused.IsConnected);
        Assert.NotNull(refused.Failure);
        await session.PublishAsync(new MqttMessage { Topic = site.Key.Topics.Acknowledgements, Payload = new byte[] { 1 } }, _timeout.Token);
        await stop.CancelAsync();
        await running;
    }

    private MqttSession Connect(Uri broker) => new(
        new MqttSessionOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = "stores/store-1",
            BackoffFirst = TimeSpan.FromMilliseconds(50),
            BackoffCap = TimeSpan.FromMilliseconds(200),
            Tls = new MqttTlsOptions { CaFile = _folder["ca.pem"], CertificateFile = _folder["site.pem"], KeyFile = _folder["site.key"] },
        },
        TimeProvider.System,
        new RetryPolicy(TimeProvider.System, new Random(1)),
        NullLogger<MqttSession>.Instance);

    private async Task<EnrolmentResponse> RenewAsync(TestSite site)
    {
        using var http = _fixture.Hq.CreateClient();
        var asked = JsonSerializer.SerializeToUtf8Bytes(
            new RenewalChallengeRequest(site.Key.Fleet, site.Key.Site), ContractsJsonContext.Default.RenewalChallengeRequest);
        var challenge = JsonSerializer.Deserialize(await PostAsync(http, "/api/v1/renewals/challenges", asked), ContractsJsonContext.Default.RenewalChallenge)!;
        var request = new RenewalRequest(site.Key.Fleet, site.Key.Site, challenge.Challenge, site.SigningRequest("x"));
        var payload = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJsonContext.Default.RenewalRequest);
        var envelope = DsseSigner.Sign(RenewalRequest.MediaType, payload, [site.LedgerKey]).ToBytes();
        return JsonSerializer.Deserialize(await PostAsync(http, "/api/v1/renewals", envelope), ContractsJsonContext.Default.EnrolmentResponse)!;
    }

    private async Task<byte[]> PostAsync(HttpClient http, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, _timeout.Token);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(_timeout.Token);
    }
}
