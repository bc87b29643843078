using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Networks;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>
/// The site starts with no network. The agent runs in a namespace of its own that has no interface but the loopback; API server and containerd
/// are those of the machine, as they would be on the same loopback at a site: a forwarder replaces that, for two ports and no others.
/// </summary>
public sealed partial class ColdBootTests
{
    [PeerFact]
    public async Task With_nothing_but_the_cache_objects_and_images_that_are_gone_come_back_and_the_pods_run()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        world.Site.Start();
        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0"));
        await world.AwaitHealthyAsync("1.0.0");
        var before = world.Ledger().Select(entry => entry.Event).ToList();
        Assert.Equal(0, await world.Site.StopAsync());
        await world.Registry.StopAsync();
        await world.Node.DeleteAsync("/apis/apps/v1/namespaces/shop/deployments/web");
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await AwaitNoPodsAsync(world);
        await RemoveImagesAsync(world);
        Assert.DoesNotContain("shop.invalid", await ImagesAsync(world), StringComparison.Ordinal);

        await using var nothing = await NetworkNamespace.StartAsync(world.Session);
        await nothing.RaiseLoopbackAsync();
        nothing.BringIn(ApiPort(world));
        nothing.BringOut(world.Configuration.MirrorPort);
        Assert.Equal("lo", Assert.Single(await InterfacesAsync(nothing)));
        Assert.Equal("", (await nothing.RunAsync("ip", "route")).EnsureSuccess().Output);
        world.Site.Start(nothing);

        await world.Site.AwaitLogAsync("drift repaired");

        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        var deployment = await world.FindAsync("/apis/apps/v1/namespaces/shop/deployments/web");
        Assert.Equal(1, (int?)deployment!["status"]!["availableReplicas"]);
        Assert.Contains("registry.shop.invalid/shop/web:1.0.0", await ImagesAsync(world), StringComparison.Ordinal);
        Assert.Equal([.. before, AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], world.Ledger().Select(entry => entry.Event));
    }

    [PeerFact]
    public async Task Without_even_a_loopback_every_verb_answers_the_daemon_says_what_is_missing_and_goes_on_when_it_comes()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });
        await world.AwaitHealthyAsync("1.0.0");
        await world.Site.StopAsync();
        await world.Registry.StopAsync();
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await using var nothing = await NetworkNamespace.StartAsync(world.Session);
        Assert.Contains("DOWN", (await nothing.RunAsync("ip", "-o", "link")).EnsureSuccess().Output, StringComparison.Ordinal);

        world.Site.Start(nothing);
        var status = await world.Site.AwaitStatusAsync(s => s.Channels is [{ Reason: not null }], "aware of what is missing");

        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        Assert.Contains("cannot reach the API server", status.Channels[0].Message, StringComparison.Ordinal);
        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(nothing, "status", "--config", world.Configuration.FilePath), "shop 1.0.0", status.Channels[0].Reason!, "hint: ");
        Verb.AssertEnded(ExitCodes.Unavailable, await InsideAsync(nothing, "sync", "--config", world.Configuration.FilePath), "shop 1.0.0");
        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(nothing, "version"), "edgesync ");
        var layout = Path.Combine(Path.GetDirectoryName(world.Delivery.BuildKey)!, "bundle-1.0.0");
        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(nothing, "bundle", "inspect", layout), "shop", "ConfigMap");

        await nothing.RaiseLoopbackAsync();
        nothing.BringIn(ApiPort(world));
        var repaired = world.Site.AwaitLogAsync("drift repaired");

        // It would come by itself; asked to look, it need not wait for its next try.
        Verb.AssertEnded(ExitCodes.Unavailable, await InsideAsync(nothing, "sync", "--config", world.Configuration.FilePath), "Healthy", world.Registry.Address);
        await repaired;

        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        var mirror = await nothing.RunAsync("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", $"http://127.0.0.1:{world.Configuration.MirrorPort}/v2/");
        Assert.Equal("200", mirror.EnsureSuccess().Output);
        Assert.Equal(0, await world.Site.StopAsync());
    }

    private static Task<ToolResult> InsideAsync(NetworkNamespace network, params string[] verb) => network.RunAsync([ShopWorld.EdgeSync.Path, .. verb]);

    private static int ApiPort(ShopWorld world) =>
        int.Parse(ServerPort().Match(File.ReadAllText(world.Node.KubeconfigPath)).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static async Task<IEnumerable<string>> InterfacesAsync(NetworkNamespace network) =>
        (await network.RunAsync("ip", "-o", "-br", "link")).EnsureSuccess().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);

    private static async Task AwaitNoPodsAsync(ShopWorld world)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await world.FindAsync("/api/v1/namespaces/shop/pods"))!["items"]!.AsArray().Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < SiteProcess.Patience, "the pods did not end");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task RemoveImagesAsync(ShopWorld world)
    {
        var images = (await ImagesAsync(world)).Split('\n').Where(name => name.Contains("shop.invalid", StringComparison.Ordinal));
        (await ContainerdAsync(world, ["images", "rm", "--sync", .. images])).EnsureSuccess();
    }

    private static async Task<string> ImagesAsync(ShopWorld world) => (await ContainerdAsync(world, ["images", "ls", "-q"])).EnsureSuccess().Output;

    private static Task<ToolResult> ContainerdAsync(ShopWorld world, string[] arguments) => PeerTool.Installed("ctr").RunAsync(
        CancellationToken.None, ["-a", world.Node.RuntimeEndpoint!["unix://".Length..], "-n", "k8s.io", .. arguments]);

    [GeneratedRegex(@"https://127\.0\.0\.1:(\d+)")]
    private static partial Regex ServerPort();
}
