using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Packaging;

/// <summary>What the unit's <c>Type=notify</c> and <c>WatchdogSec=</c> rely on; the test has systemd's end of the socket.</summary>
public sealed class ServiceNotificationTests
{
    private const string NoRegistry = "127.0.0.1:9";

    [PeerFact]
    public async Task Under_systemd_the_agent_reports_that_it_is_ready_alive_and_stopping()
    {
        await using var session = await TestbedSession.StartAsync(CancellationToken.None);
        var configuration = await WriteSiteAsync(session);
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(session["notify"]));
        var start = new ProcessStartInfo(ShopWorld.EdgeSync.Path, ["run", "--config", configuration.FilePath]) { RedirectStandardOutput = true };
        start.Environment["NOTIFY_SOCKET"] = session["notify"];
        start.Environment["WATCHDOG_USEC"] = "1000000";
        using var agent = Process.Start(start)!;
        var log = agent.StandardOutput.ReadToEndAsync();

        await AwaitAsync(systemd, "READY=1");
        await AwaitAsync(systemd, "WATCHDOG=1");
        await AwaitAsync(systemd, "WATCHDOG=1");
        (await PeerTool.Installed("kill").RunAsync(default, "-TERM", $"{agent.Id}")).EnsureSuccess();
        await AwaitAsync(systemd, "STOPPING=1");

        await agent.WaitForExitAsync().WaitAsync(SiteProcess.Patience);
        Assert.True(agent.ExitCode == 0, await log);
    }

    private static async Task<SiteConfiguration> WriteSiteAsync(TestbedSession session)
    {
        var configuration = new SiteConfiguration
        {
            Folder = session["site"],
            Delivery = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, session["keys"], NoRegistry, CancellationToken.None),
            Registry = NoRegistry,
            Kubeconfig = await NoCluster.WriteKubeconfigAsync(session["kubeconfig"]),
            MirrorPort = session.ReservePort(),
            Every = "1h",
        };
        await configuration.WriteAsync(CancellationToken.None);
        return configuration;
    }

    private static async Task AwaitAsync(Socket systemd, string state)
    {
        using var limit = new CancellationTokenSource(SiteProcess.Patience);
        var buffer = new byte[1024];
        while (!Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, limit.Token)).Split('\n').Contains(state))
        {
            // Another message, such as a heartbeat before the stop.
        }
    }
}
