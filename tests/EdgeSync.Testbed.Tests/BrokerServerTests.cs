using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Tests;

public sealed class BrokerServerTests : IAsyncLifetime, IDisposable
{
    private const int Limit = 60_000;
    private readonly PeerTool _publisher = PeerTool.Installed("mosquitto_pub");
    private readonly PeerTool _subscriber = PeerTool.Installed("mosquitto_sub");
    private TestbedSession _session = null!;
    private CertificateFactory _authority = null!;
    private BrokerServer _broker = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _authority = new CertificateFactory(_session["pki"]);
        _broker = await BrokerServer.StartAsync(_session, new BrokerOptions { Certificate = _authority.CreateServer() });
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    public void Dispose() => _authority.Dispose();

    [PeerFact(Timeout = Limit)]
    public async Task Publish_OwnTopic_ReachesHq()
    {
        var site = _authority.CreateClient("acme/store-7");
        var hq = _authority.CreateClient("hq");

        var published = await PublishAsync(site, "edgesync/v1/acme/store-7/status", "all well");
        var received = await ReceiveAsync(hq, "edgesync/v1/+/+/status");

        published.EnsureSuccess();
        Assert.Equal("edgesync/v1/acme/store-7/status all well", received.Output.Trim());
    }

    [PeerTheory(Timeout = Limit)]
    [InlineData("edgesync/v1/acme/store-8/status")]
    [InlineData("edgesync/v1/acme/store-7/confirmed")]
    [InlineData("edgesync/v1/other/store-7/acks")]
    [InlineData("edgesync/v1/acme/store-7/status/more")]
    public async Task Publish_ForeignTopic_IsRefused(string topic)
    {
        var site = _authority.CreateClient("acme/store-7");

        var published = await PublishAsync(site, topic, "I am another");

        Assert.Contains("Not authorized", published.Error + published.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Denied PUBLISH", _broker.ReadLog(), StringComparison.Ordinal);
    }

    [PeerFact(Timeout = Limit)]
    public async Task Subscribe_TopicsOfOtherSites_GetsNothing()
    {
        var hq = _authority.CreateClient("hq");
        (await PublishAsync(hq, "edgesync/v1/acme/store-8/confirmed", "for 8")).EnsureSuccess();
        (await PublishAsync(hq, "edgesync/v1/acme/store-7/confirmed", "for 7")).EnsureSuccess();

        var received = await ReceiveAsync(_authority.CreateClient("acme/store-7"), "edgesync/v1/#");

        Assert.Equal("edgesync/v1/acme/store-7/confirmed for 7", received.Output.Trim());
    }

    [PeerTheory(Timeout = Limit)]
    [InlineData("+/store-7")]
    [InlineData("acme/#")]
    public async Task Publish_WildcardInName_IsRefused(string commonName)
    {
        var published = await PublishAsync(_authority.CreateClient(commonName), "edgesync/v1/acme/store-7/status", "I am all of them");

        Assert.Contains("Not authorized", published.Error + published.Output, StringComparison.OrdinalIgnoreCase);
    }

    [PeerFact(Timeout = Limit)]
    public async Task Connect_WithoutCertificate_IsRefused()
    {
        var published = await _publisher.RunAsync(
            default, "-h", "127.0.0.1", "-p", $"{_broker.Port}", "--cafile", _authority.AuthorityPath, "-t", "edgesync/v1/acme/store-7/status", "-m", "x");

        Assert.NotEqual(0, published.ExitCode);
    }

    [PeerFact(Timeout = Limit)]
    public async Task StartAgain_AfterStop_KeepsRetainedMessages()
    {
        var site = _authority.CreateClient("acme/store-7");
        (await PublishAsync(site, "edgesync/v1/acme/store-7/presence", "online")).EnsureSuccess();

        await _broker.StopAsync();
        await _broker.StartAgainAsync();

        var received = await ReceiveAsync(_authority.CreateClient("hq"), "edgesync/v1/+/+/presence");
        Assert.Equal("edgesync/v1/acme/store-7/presence online", received.Output.Trim());
    }

    private Task<ToolResult> PublishAsync(PemFiles client, string topic, string message) =>
        _publisher.RunAsync(default, [.. Connection(client), "-q", "1", "-r", "-t", topic, "-m", message]);

    // Everything sent is retained, so it comes at once; the wait is for what must not come.
    private Task<ToolResult> ReceiveAsync(PemFiles client, string filter) =>
        _subscriber.RunAsync(default, [.. Connection(client), "-v", "-W", "2", "-t", filter]);

    private string[] Connection(PemFiles client) =>
    [
        "-V", "5", "-h", "127.0.0.1", "-p", $"{_broker.Port}", "--cafile", client.AuthorityPath, "--cert", client.CertificatePath, "--key", client.KeyPath,
    ];
}
