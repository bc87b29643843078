using System.Net;
using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;
using k8s;
using k8s.Autorest;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A real node, a real registry and one site with the published binary: what the scenarios play on.</summary>
internal sealed class ShopWorld : IAsyncDisposable
{
    private ShopWorld(TestbedSession session, RegistryServer registry, KubernetesNode node, ShopDelivery delivery, SiteConfiguration configuration)
    {
        Session = session;
        Registry = registry;
        Node = node;
        Delivery = delivery;
        Configuration = configuration;
        Site = new SiteProcess(EdgeSync, configuration.FilePath);
    }

    public static EdgeSyncProgram EdgeSync { get; } = EdgeSyncProgram.Find();

    public TestbedSession Session { get; }

    public RegistryServer Registry { get; }

    public KubernetesNode Node { get; }

    public ShopDelivery Delivery { get; }

    public SiteConfiguration Configuration { get; private set; }

    public SiteProcess Site { get; }

    /// <summary>Starts everything but the site's daemon. Without pods, only the API server runs.</summary>
    public static async Task<ShopWorld> StartAsync(bool withPods, Func<SiteConfiguration, SiteConfiguration>? adjust = null, GivenCluster? given = null)
    {
        var session = await TestbedSession.StartAsync();
        var registry = await RegistryServer.StartAsync(session);
        var node = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = !withPods, Given = given });
        var delivery = await ShopDelivery.CreateAsync(EdgeSync, session["hq"], registry.Address);
        var configuration = new SiteConfiguration
        {
            Folder = session["site"],
            Delivery = delivery,
            Registry = registry.Address,
            Kubeconfig = node.KubeconfigPath,
            RuntimeSocket = node.RuntimeEndpoint?["unix://".Length..],
            MirrorPort = session.ReservePort(),
        };
        configuration = adjust?.Invoke(configuration) ?? configuration;
        await configuration.WriteAsync();
        var world = new ShopWorld(session, registry, node, delivery, configuration);
        if (withPods)
        {
            await EdgeSync.RequireAsync(
                ["setup", "--config", configuration.FilePath, "--containerd-hosts", node.HostsDirectory!]);
        }

        return world;
    }

    /// <summary>Changes the site's configuration; the daemon must be started again to see it.</summary>
    public Task ReconfigureAsync(Func<SiteConfiguration, SiteConfiguration> change)
    {
        Configuration = change(Configuration);
        return Configuration.WriteAsync();
    }

    /// <summary>Runs a verb at this site.</summary>
    public Task<ToolResult> RunAsync(params string[] verb) => EdgeSync.RunAsync([.. verb, "--config", Configuration.FilePath]);

    /// <summary>Waits until the site runs this version and is healthy.</summary>
    public Task<SiteStatus> AwaitHealthyAsync(string version) => Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Healthy, Running: { } running }] && running.Version == version,
        $"healthy at {version}");

    /// <summary>Waits until the newest thing on the channel is refused for this reason.</summary>
    public Task<SiteStatus> AwaitRefusedAsync(string reason) => Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Rejected } channel] && channel.Reason == reason,
        $"rejected for {reason}");

    /// <summary>An object of the cluster, or null.</summary>
    public Task<JsonNode?> FindAsync(string path) => Node.FindAsync(path);

    /// <summary>The page's version in the cluster's ConfigMap, or null without one.</summary>
    public async Task<string?> PageAsync()
    {
        try
        {
            return (await Node.Api.CoreV1.ReadNamespacedConfigMapAsync("pages", "shop")).Data?["index.html"];
        }
        catch (HttpOperationException failure) when (failure.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The ledger, read from the site's database.</summary>
    public IReadOnlyList<Acknowledgement> Ledger() => SiteLedger.Read(Path.Combine(Configuration.StateDirectory, "site.db"));

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Node.DisposeAsync();
        await Registry.DisposeAsync();
        await Session.DisposeAsync();
    }
}
