using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using Microsoft.Extensions.Configuration;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>HQ with Debian's mosquitto, the configuration and ACL from deploy/mosquitto, and HQ's own authority.</summary>
internal sealed class HqFixture : IAsyncDisposable
{
    private readonly TestbedSession _session;
    private readonly IConfiguration _configuration;

    private HqFixture(TestbedSession session, BrokerServer broker, IConfiguration configuration, TestHq hq) =>
        (_session, Broker, _configuration, Hq) = (session, broker, configuration, hq);

    public BrokerServer Broker { get; }

    public TestHq Hq { get; private set; }

    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="settings">More lines for mosquitto.conf.</param>
    public static async Task<HqFixture> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var session = await TestbedSession.StartAsync(cancellationToken);
        var port = session.ReservePort();
        var configuration = TestHq.ConfigurationFor(session["hq"], port);
        var certificate = await IssueForBrokerAsync(session, HqConfiguration.Read(configuration, forServing: true), cancellationToken);
        var broker = await BrokerServer.StartAsync(session, new Testbed.Brokers.BrokerOptions { Certificate = certificate, Port = port, Settings = settings }, cancellationToken);
        return new HqFixture(session, broker, configuration, await StartListeningAsync(configuration, cancellationToken));
    }

    public ValueTask StopHqAsync() => Hq.DisposeAsync();

    public async Task StartHqAsync(CancellationToken cancellationToken) => Hq = await StartListeningAsync(_configuration, cancellationToken);

    /// <summary>Restarts the broker without its sessions and retained messages.</summary>
    public async Task WipeBrokerAsync(CancellationToken cancellationToken)
    {
        await Broker.StopAsync(cancellationToken);
        Directory.Delete(_session["broker-persistence"], recursive: true);
        Directory.CreateDirectory(_session["broker-persistence"]);
        await Broker.StartAgainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Hq.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await _session.DisposeAsync();
    }

    private static async Task<TestHq> StartListeningAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var hq = await TestHq.StartOnAsync(configuration);
        using var changes = hq.Get<ChangeFeed>().Subscribe(null);
        while (!hq.Get<BrokerHealth>().Current.IsConnected)
        {
            await changes.Signals.ReadAsync(cancellationToken);
        }

        return hq;
    }

    private static async Task<Testbed.Certificates.PemFiles> IssueForBrokerAsync(TestbedSession session, HqOptions options, CancellationToken cancellationToken)
    {
        using var authority = await CertificateAuthority.OpenAsync(options.AuthorityDirectory, TimeProvider.System, cancellationToken);
        using var certificate = authority.IssueForServer(["localhost"], TimeSpan.FromDays(1));
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(session["server.pem"], certificate.ExportCertificatePem(), cancellationToken);
        await File.WriteAllTextAsync(session["server.key"], key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        return new(session["server.pem"], session["server.key"], Path.Combine(options.AuthorityDirectory, "ca.pem"));
    }
}
