using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Hq;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;
using k8s;

namespace EdgeSync.Demo;

/// <summary>Everything of the demo on this machine: cluster, registry, broker, HQ and one site. All of it ends with it.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private DemoWorld(TestbedSession session) => Session = session;

    public static EdgeSyncProgram EdgeSync { get; } = EdgeSyncProgram.Find();

    public TestbedSession Session { get; }

    public KubernetesNode Node { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public BrokerServer Broker { get; private set; } = null!;

    public HqProcess Hq { get; private set; } = null!;

    public ShopDelivery Delivery { get; private set; } = null!;

    public SiteConfiguration Site { get; private set; } = null!;

    private ManagedProcess Agent { get; set; } = null!;

    public string PageAddress => $"{Hq.Address} (log in as '{HqProcess.Operator}' with '{Hq.Password}')";

    public static async Task<DemoWorld> StartAsync(CancellationToken cancellationToken)
    {
        var world = new DemoWorld(await TestbedSession.StartAsync(cancellationToken));
        try
        {
            await world.StartPartsAsync(cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>The site's own status.</summary>
    public async Task<SiteStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        var result = await EdgeSync.RunAsync(["status", "--config", Site.FilePath, "--output", "json"], cancellationToken);
        return result.ExitCode == 0 ? JsonSerializer.Deserialize(result.Output, ContractsJsonContext.Default.SiteStatus) : null;
    }

    /// <summary>Asks until something is so. Throws <see cref="TestbedException"/> after five minutes.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(5));
        try
        {
            while (!await isSo())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, bound.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TestbedException("DemoFailed", $"gave up waiting until {what}");
        }
    }

    /// <summary>What the web server of the shop answers, asked at its pod's address.</summary>
    public async Task<string> BrowseShopAsync(CancellationToken cancellationToken)
    {
        var pods = await Node.Api.CoreV1.ListNamespacedPodAsync("shop", labelSelector: "app=web", cancellationToken: cancellationToken);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        if (pods.Items.FirstOrDefault(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.PodIP is not null) is { } web)
        {
            return (await http.GetStringAsync(new Uri($"http://{web.Status.PodIP}:8080/index.html"), cancellationToken)).Trim();
        }

        throw new TestbedException("DemoFailed", "the shop has no pod");
    }

    /// <summary>Runs a verb at the site, whatever its exit code.</summary>
    public Task<ToolResult> RunAsync(CancellationToken cancellationToken, params string[] verb) => EdgeSync.RunAsync([.. verb, "--config", Site.FilePath], cancellationToken);

    /// <summary>Gives the site these windows, the flow map of the section, and starts its agent again. The rest of the file stays as the enrolment left it.</summary>
    public async Task SetWindowsAsync(string windows, CancellationToken cancellationToken)
    {
        await Agent.StopAsync(cancellationToken: cancellationToken);
        var lines = await File.ReadAllLinesAsync(Site.FilePath, cancellationToken);
        await File.WriteAllLinesAsync(
            Site.FilePath, [.. lines.Where(line => !line.StartsWith("windows:", StringComparison.Ordinal)), $"windows: {windows}"], cancellationToken);
        StartAgent();
        await UntilAsync("the agent answers", async () => await StatusAsync(cancellationToken) is { Live: true }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Hq?.Dispose();
        await Session.DisposeAsync();
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        await Narrator.StepAsync("Starting a Kubernetes node on which pods really run", async () => Node = await KubernetesNode.StartAsync(Session, null, cancellationToken));
        await Narrator.StepAsync("Starting a registry", async () => Registry = await RegistryServer.StartAsync(Session, null, cancellationToken));
        await Narrator.StepAsync("Starting HQ and its broker (every client with a certificate of its own)", async () =>
        {
            var brokerPort = Session.ReservePort();
            Hq = await HqProcess.PrepareAsync(Session, brokerPort, cancellationToken);
            var certificate = await Hq.IssueBrokerCertificateAsync(cancellationToken);
            Broker = await BrokerServer.StartAsync(Session, new BrokerOptions { Certificate = certificate, Port = brokerPort }, cancellationToken);
            await Hq.StartAsync(cancellationToken);
        });
        Narrator.Say($"HQ's page: {PageAddress}");
        await Narrator.StepAsync("Making keys: one that signs bundles, two that sign releases", async () =>
            Delivery = await ShopDelivery.CreateAsync(EdgeSync, Session["keys"], Registry.Address, cancellationToken));
        await Narrator.StepAsync("Setting up the site store-0042: enrolled at HQ, its runtime pointed at the mirror", () => StartSiteAsync(cancellationToken));
    }

    private async Task StartSiteAsync(CancellationToken cancellationToken)
    {
        Site = new SiteConfiguration
        {
            Folder = Session["site"],
            Delivery = Delivery,
            Registry = Registry.Address,
            Kubeconfig = Node.KubeconfigPath,
            RuntimeSocket = Node.RuntimeEndpoint?["unix://".Length..],
            MirrorPort = Session.ReservePort(),
        };
        await Site.WriteAsync(cancellationToken);
        var token = await Hq.CreateEnrolmentTokenAsync(Site.Fleet, Site.Site, cancellationToken);
        await EdgeSync.RequireAsync(
            ["enroll", Hq.Address.GetLeftPart(UriPartial.Authority), "--token", token, "--config", Site.FilePath], cancellationToken);
        await EdgeSync.RequireAsync(["setup", "--config", Site.FilePath, "--containerd-hosts", Node.HostsDirectory!], cancellationToken);
        StartAgent();
    }

    private void StartAgent() => Agent = Session.Start(new ProcessRequest("edgesync", EdgeSync.Path, "run", "--config", Site.FilePath));
}
