using System.Text.Json.Nodes;
using EdgeSync.Sqlite;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Clocks;
using EdgeSync.Testbed.Hq;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;
using Microsoft.Data.Sqlite;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>HQ and its broker, as child processes, for all tests of a class.</summary>
public sealed class Headquarters : PeerFixture
{
    private TestbedSession _session = null!;
    private BrokerServer _broker = null!;
    private ShopDelivery? _delivery;

    internal const string Fleet = "retail";

    /// <summary>How long ago HQ's authority was made.</summary>
    internal TimeSpan Age { get; init; }

    /// <summary>How long the certificates of sites last; null for the default.</summary>
    internal int? CertificateDays { get; init; }

    internal HqProcess Hq { get; private set; } = null!;

    internal string Address => Hq.Address.GetLeftPart(UriPartial.Authority);

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        var brokerPort = _session.ReservePort();
        Hq = await HqProcess.PrepareAsync(_session, brokerPort, CancellationToken.None, certificateDays: CertificateDays);
        await SetClockAsync(-Age);
        var certificate = await Hq.IssueBrokerCertificateAsync(CancellationToken.None);
        _broker = await BrokerServer.StartAsync(_session, new BrokerOptions { Certificate = certificate, Port = brokerPort });
        await Hq.StartAsync(CancellationToken.None);
    }

    protected override async Task StopAsync()
    {
        Hq.Dispose();
        await _broker.DisposeAsync();
        await _session.DisposeAsync();
    }

    /// <summary>Restarts HQ with a clock that differs by this much from the machine's.</summary>
    internal async Task StartAgainAtAsync(TimeSpan offset)
    {
        await Hq.StopAsync();
        await SetClockAsync(offset);
        await Hq.StartAgainAsync(CancellationToken.None);
    }

    /// <summary>A one-time token for a site.</summary>
    internal Task<string> CreateTokenAsync(string site) => Hq.CreateEnrolmentTokenAsync(Fleet, site, CancellationToken.None);

    /// <summary>Lets the time run out for every token that was not used.</summary>
    internal void ExpireTokens()
    {
        SqliteDatabase.LoadProvider();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Hq.StateDirectory, "hq.db")};Pooling=False");
        connection.Open();
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE enrolment_tokens SET expires_at = created_at WHERE used_at IS NULL";
        Assert.True(update.ExecuteNonQuery() > 0);
    }

    /// <summary>The configuration of a site that has no cluster: enough to enrol.</summary>
    internal async Task<SiteConfiguration> CreateSiteAsync(string site)
    {
        _delivery ??= await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, _session["keys"], "127.0.0.1:1");
        var configuration = new SiteConfiguration
        {
            Site = site,
            Fleet = Fleet,
            Folder = _session[site],
            Delivery = _delivery,
            Registry = "127.0.0.1:1",
            Kubeconfig = await NoCluster.WriteKubeconfigAsync(_session["kubeconfig"]),
            MirrorPort = _session.ReservePort(),
        };
        await configuration.WriteAsync();
        return configuration;
    }

    /// <summary>Runs <c>edgesync enroll</c> at a site, at this HQ or another address.</summary>
    internal Task<ToolResult> EnrolAsync(SiteConfiguration site, string token, string? address = null, params string[] more) =>
        ShopWorld.EdgeSync.RunAsync(["enroll", address ?? Address, "--token", token, "--config", site.FilePath, .. more]);

    /// <summary>Publishes as a site, with the certificate that HQ gave it and a client of others.</summary>
    internal Task<ToolResult> PublishAsync(SiteConfiguration site, string topic, string payload)
    {
        var identity = Path.Combine(site.StateDirectory, "identity");
        return PeerTool.Installed("mosquitto_pub").RunAsync(
            CancellationToken.None, "-V", "5", "-q", "1", "-h", "localhost", "-p", $"{_broker.Port}", "-i", $"test-{Guid.NewGuid():N}",
            "--cafile", Path.Combine(identity, "broker-ca.pem"), "--cert", Path.Combine(identity, "client.pem"),
            "--key", Path.Combine(identity, "client.key"), "-t", topic, "-m", payload);
    }

    private async Task SetClockAsync(TimeSpan offset) => Hq.Clock = offset == TimeSpan.Zero ? null : await FakeClock.ShiftedAsync(_session, offset);

    /// <summary>What HQ says of a site, asked until it is as wanted.</summary>
    internal async Task<JsonNode> AwaitSiteAsync(string site, Func<JsonNode, bool> isWanted, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var document = await Hq.GetSiteAsync(Fleet, site, CancellationToken.None);
            if (isWanted(document))
            {
                return document;
            }

            if (TimeProvider.System.GetElapsedTime(started) > SiteProcess.Patience)
            {
                throw new TimeoutException($"HQ did not see {site} {what}: {document}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
