using System.Net;
using System.Net.Sockets;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Reachability;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>A real registry with TLS and a login, and a real broker that wants a client certificate.</summary>
public sealed class ReachFixture : PeerFixture
{
    private TestbedSession? _session;

    public RegistryServer Registry { get; private set; } = null!;

    public BrokerServer Broker { get; private set; } = null!;

    public string Authority { get; private set; } = "";

    public string OtherAuthority { get; private set; } = "";

    public PemFiles Client { get; private set; } = null!;

    public PemFiles ClientOfAnother { get; private set; } = null!;

    public string this[string name] => _session![name];

    /// <summary>A file that only its owner may read.</summary>
    public string Secret(string name, string content)
    {
        File.WriteAllText(this[name], content);
        File.SetUnixFileMode(this[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return this[name];
    }

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        using var authority = new CertificateFactory(_session["pki"]);
        using var other = new CertificateFactory(_session["other"], "another CA");
        (Authority, OtherAuthority) = (authority.AuthorityPath, other.AuthorityPath);
        var certificate = authority.CreateServer();
        Client = authority.CreateClient("retail/store-0042");
        ClientOfAnother = other.CreateClient("retail/store-0043");
        Registry = await RegistryServer.StartAsync(_session, new Testbed.Registries.RegistryOptions { Certificate = certificate, Users = new Dictionary<string, string> { ["site"] = "right-password" } });
        Broker = await BrokerServer.StartAsync(_session, new BrokerOptions { Certificate = certificate, Settings = [$"cafile {Authority}", "require_certificate true", "use_identity_as_username true"] });
    }

    protected override async Task StopAsync()
    {
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        if (Registry is not null)
        {
            await Registry.DisposeAsync();
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }
}

/// <summary>Doctor names the stage at which a registry or the broker cannot be reached.</summary>
public sealed class ReachChecksTests(ReachFixture peers) : IClassFixture<ReachFixture>
{
    private string Login(string password = "right-password") =>
        $"usernameFile: {peers.Secret("user", "site")}, passwordFile: {peers.Secret($"password-{password}", password)}";

    [PeerFact]
    public async Task Registry_RightAuthorityAndLogin_Passes()
    {
        var finding = await RunRegistryAsync(peers.Registry.Address, $"caFile: {peers.Authority}, {Login()}");

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.Equal(["DNS", "TCP", "TLS", "HTTP", "authentication"], finding.Details.Select(line => line.Split(':')[0]));
    }

    [PeerFact]
    public async Task Registry_WrongAuthority_FailsAtTls() =>
        AssertStage("TLS", await RunRegistryAsync(peers.Registry.Address, $"caFile: {peers.OtherAuthority}, {Login()}"));

    [PeerFact]
    public async Task Registry_WithoutTlsAtATlsPort_FailsAtHttp() => AssertStage("HTTP", await RunRegistryAsync(peers.Registry.Address, $"plainHttp: true, {Login()}"));

    [PeerFact]
    public async Task Registry_WrongPasswordOrNone_FailsAtAuthentication()
    {
        AssertStage("authentication", await RunRegistryAsync(peers.Registry.Address, $"caFile: {peers.Authority}, {Login("wrong-password")}"));
        AssertStage("authentication", await RunRegistryAsync(peers.Registry.Address, $"caFile: {peers.Authority}"));
    }

    [Fact]
    public async Task Registry_ClosedPort_FailsAtTcp() => AssertStage("TCP", await RunRegistryAsync($"127.0.0.1:{ClosedPort()}", "plainHttp: true"));

    [Fact]
    public async Task Registry_UnknownName_FailsAtDns() => AssertStage("DNS", await RunRegistryAsync("registry.invalid", "plainHttp: false"));

    [PeerFact]
    public async Task Broker_RightAuthorityAndCertificate_Passes()
    {
        var finding = await RunBrokerAsync(peers.Broker.Port, peers.Authority, peers.Client);

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.Equal(["DNS", "TCP", "TLS", "MQTT", "authentication"], finding.Details.Select(line => line.Split(':')[0]));
    }

    [PeerFact]
    public async Task Broker_WrongAuthority_FailsAtTls() => AssertStage("TLS", await RunBrokerAsync(peers.Broker.Port, peers.OtherAuthority, peers.Client));

    [PeerFact]
    public async Task Broker_CertificateOfAnotherAuthority_FailsAboveTls()
    {
        var finding = await RunBrokerAsync(peers.Broker.Port, peers.Authority, peers.ClientOfAnother);

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Equal(["DNS", "TCP", "TLS"], finding.Details.Take(3).Select(line => line.Split(':')[0]));
        Assert.Contains("failed", finding.Details[3], StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Broker_ClosedPort_FailsAtTcp() => AssertStage("TCP", await RunBrokerAsync(ClosedPort(), peers.Authority, peers.Client));

    private static void AssertStage(string stage, CheckFinding finding)
    {
        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.StartsWith($"{stage}: failed", finding.Details[^1], StringComparison.Ordinal);
        Assert.NotNull(finding.Do);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<CheckFinding> RunRegistryAsync(string host, string section)
    {
        using var site = new CheckFixture($"registries: [{{host: '{host}', {section}}}]\n");
        var configuration = site.Configuration with { Channels = [site.Configuration.Channels[0] with { Reference = $"{host}/retail/releases" }] };
        var clock = new SiteClock(TimeProvider.System, proven: null);
        using var clients = new RegistryClients(configuration.Registries, clock, new RetryPolicy(TimeProvider.System, new Random(1)), NullLogger<RegistryClient>.Instance);
        return await new RegistryReachCheck(host, configuration, clients, clock).RunAsync(site.Context(), CancellationToken.None);
    }

    private static async Task<CheckFinding> RunBrokerAsync(int port, string authority, PemFiles client)
    {
        using var site = new CheckFixture($"hq: {{broker: 'mqtts://127.0.0.1:{port}', caFile: {authority}, certificateFile: {client.CertificatePath}, keyFile: {client.KeyPath}, ledgerKeyFile: a.pub}}\n");
        return await new BrokerReachCheck(site.Configuration.Hq!, new SiteTopics("retail", "store-0042"), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)))
            .RunAsync(site.Context(), CancellationToken.None);
    }
}
