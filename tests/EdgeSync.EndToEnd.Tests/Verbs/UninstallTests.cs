using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync uninstall</c>: the mirror goes, and workloads only where the operator says so.</summary>
public sealed class UninstallTests
{
    private const string Pages = "/api/v1/namespaces/shop/configmaps/pages";
    private const string Inventory = "/api/v1/namespaces/edgesync-system/configmaps/edgesync-stable";

    [PeerFact]
    public async Task Workloads_go_on_running_unless_the_operator_says_otherwise()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });
        var hosts = world.Session["certs.d"];
        Assert.Equal(0, (await world.RunAsync("setup", "--containerd-hosts", hosts)).ExitCode);
        var mirror = Path.Combine(hosts, "_default", "hosts.toml");
        Assert.True(File.Exists(mirror));
        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
        Assert.Equal((69, true), (await RunAsync(), File.Exists(mirror)));
        await world.Site.StopAsync();

        // Without deleting anything.
        Assert.Equal(0, await RunAsync("--dry-run", "--delete-workloads"));
        Assert.True(File.Exists(mirror));
        Assert.Equal(0, await RunAsync());
        Assert.False(File.Exists(mirror));
        Assert.NotNull(await world.FindAsync(Pages));
        Assert.Equal(64, await RunAsync("--delete-workloads"));
        Assert.NotNull(await world.FindAsync(Pages));

        // A new start takes over again what is there.
        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
        await world.Site.StopAsync();

        // With it; what holds data only when asked for.
        Assert.Equal(0, await RunAsync("--delete-workloads", "--yes"));
        Assert.Null(await world.FindAsync(Pages));
        Assert.NotNull(await world.FindAsync("/api/v1/namespaces/shop"));
        Assert.NotNull(await world.FindAsync(Inventory));

        // No controller runs here that could finish deleting a namespace.
        var plan = await world.RunAsync("uninstall", "--containerd-hosts", hosts, "--dry-run", "--delete-workloads", "--delete-data");
        Assert.Contains("Namespace shop", plan.Output, StringComparison.Ordinal);

        async Task<int> RunAsync(params string[] options) => (await world.RunAsync(["uninstall", "--containerd-hosts", hosts, .. options])).ExitCode;
    }
}
