using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>HQ on Debian's mosquitto, with the configuration and the ACL that operators get and HQ's own authority.</summary>
internal sealed class HqBench : IAsyncDisposable
{
    private readonly TestbedSession _session;

    private HqBench(TestbedSession session, BrokerServer broker, HqOptions options, TestHq hq) => (_session, Broker, Options, Hq) = (session, broker, options, hq);

    public BrokerServer Broker { get; }

    public HqOptions Options { get; }

    public TestHq Hq { get; private set; }

    public static async Task<HqBench> StartAsync(CancellationToken cancellationToken)
    {
        var session = await TestbedSession.StartAsync(cancellationToken);
        var port = session.ReservePort();
        var options = TestHq.OptionsFor(session["hq"], port);
        var certificate = await IssueForBrokerAsync(session, options, cancellationToken);
        var broker = await BrokerServer.StartAsync(session, new Testbed.Brokers.BrokerOptions { Certificate = certificate, Port = port }, cancellationToken);
        return new HqBench(session, broker, options, await StartListeningAsync(options, cancellationToken));
    }

    public ValueTask StopHqAsync() => Hq.DisposeAsync();

    public async Task StartHqAsync(CancellationToken cancellationToken) => Hq = await StartListeningAsync(Options, cancellationToken);

    /// <summary>The broker comes back without sessions and without retained messages.</summary>
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

    private static async Task<TestHq> StartListeningAsync(HqOptions options, CancellationToken cancellationToken)
    {
        var hq = await TestHq.StartOnAsync(options);
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
