using System.Text.RegularExpressions;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Hq;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>
/// One enrolled site with the published binary, and real peers that it reaches through gates alone: registry, API server and, with pods, the
/// container runtime; the broker through a proxy, with the real HQ behind it.
/// </summary>
internal sealed partial class GatedShop : IAsyncDisposable
{
    private readonly TestbedSession _session;

    private GatedShop(TestbedSession session) => _session = session;

    public TestbedSession Session => _session;

    public RegistryServer Registry { get; private set; } = null!;

    public HttpGate RegistryGate { get; private set; } = null!;

    public KubernetesNode Node { get; private set; } = null!;

    public HttpGate ApiGate { get; private set; } = null!;

    /// <summary>Null without pods.</summary>
    public HttpGate? RuntimeGate { get; private set; }

    public BrokerServer Broker { get; private set; } = null!;

    public FaultProxy BrokerProxy { get; private set; } = null!;

    public HqProcess Hq { get; private set; } = null!;

    public ShopDelivery Delivery { get; private set; } = null!;

    public SiteConfiguration Configuration { get; private set; } = null!;

    public SiteProcess Site { get; private set; } = null!;

    public string DatabasePath => Path.Combine(Configuration.StateDirectory, "site.db");

    /// <summary>The broker's sessions and retained messages on disk.</summary>
    public string BrokerMemory => _session["broker-persistence"];

    /// <summary>Starts everything, enrols the site, and starts its daemon.</summary>
    public static async Task<GatedShop> StartAsync(bool withPods)
    {
        var shop = new GatedShop(await TestbedSession.StartAsync());
        try
        {
            await Task.WhenAll(shop.StartHqAsync(), shop.StartRegistryAsync(), shop.StartClusterAsync(withPods));
            await shop.StartSiteAsync();
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the links to registry and broker away, both at once.</summary>
    public void CutLinks()
    {
        RegistryGate.Cut();
        CutBroker();
    }

    /// <summary>Brings both back.</summary>
    public void MendLinks()
    {
        RegistryGate.Mend();
        MendBroker();
    }

    public void CutBroker()
    {
        BrokerProxy.Fault = new ProxyFault { Refuse = true };
        BrokerProxy.CutAll();
    }

    public void MendBroker() => BrokerProxy.Fault = ProxyFault.None;

    /// <summary>
    /// Kills the daemon, as a power cut would, and starts it again. A stop keeps holding its request, so that no peer gets a request of the
    /// dead process later.
    /// </summary>
    public async Task KillAndStartAsync()
    {
        await Site.KillAsync();
        Site.Start();
    }

    /// <summary>Waits until the site is where the stop holds it.</summary>
    public async Task<GatedRequest> ReachAsync(GateStop stop)
    {
        try
        {
            return await stop.Reached.WaitAsync(SiteProcess.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the site never came to the stop\n{Site.Log}");
        }
    }

    /// <summary>Waits until the site's cache has all bytes of a blob that passed the gate, as a part that can be resumed.</summary>
    public async Task AwaitPartialAsync(GatedRequest blob)
    {
        var length = blob.BytesDown;
        var part = Path.Combine(Configuration.StateDirectory, "cache", "partial", blob.Path[(blob.Path.LastIndexOf(':') + 1)..]);
        using var bound = new CancellationTokenSource(SiteProcess.Patience);
        while (!File.Exists(part) || new FileInfo(part).Length < length)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bound.Token);
        }
    }

    /// <summary>
    /// Repairs everything after the previous test. The site restarts, because a site that was cut off waits longer before each try to reach
    /// the broker.
    /// </summary>
    public async Task ResetAsync()
    {
        RegistryGate.Reset();
        ApiGate.Reset();
        RuntimeGate?.Reset();
        MendBroker();
        await KillAndStartAsync();
        await Site.AwaitStatusAsync(
            status => status.OutboxLength == 0 && status.Channels is [{ State: ChannelState.Empty or ChannelState.Healthy or ChannelState.RolledBack }],
            "at rest, with nothing in the outbox");

        // Its first pass, in which it applies what should be live once more, ends before this one does.
        var pass = await ShopWorld.EdgeSync.RunAsync(["sync", "--config", Configuration.FilePath]);
        Assert.True(
            pass.ExitCode is ExitCodes.Ok or ExitCodes.RolledBack || (pass.ExitCode is ExitCodes.NotFound && pass.Output.Contains("Empty", StringComparison.Ordinal)),
            $"{pass.Command} ended with {pass.ExitCode}: {pass.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { Site, RuntimeGate, ApiGate, RegistryGate, BrokerProxy })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Hq?.Dispose();
        await _session.DisposeAsync();
    }

    private async Task StartHqAsync()
    {
        var brokerPort = _session.ReservePort();
        BrokerProxy = FaultProxy.Start(brokerPort);
        Hq = await HqProcess.PrepareAsync(_session, brokerPort, CancellationToken.None, BrokerProxy.Port);
        var certificate = await Hq.IssueBrokerCertificateAsync(CancellationToken.None);
        Broker = await BrokerServer.StartAsync(_session, new BrokerOptions { Certificate = certificate, Port = brokerPort });
        await Hq.StartAsync(CancellationToken.None);
    }

    private async Task StartRegistryAsync()
    {
        Registry = await RegistryServer.StartAsync(_session);
        RegistryGate = await HttpGate.BeforeAsync(Registry.BaseAddress);

        // References name the gate: what a release points to is fetched through it too.
        Delivery = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, _session["hq"], RegistryGate.Address.Authority);
    }

    private async Task StartClusterAsync(bool withPods)
    {
        Node = await KubernetesNode.StartAsync(_session, new KubernetesNodeOptions { ApiOnly = !withPods });
        var server = ServerLine().Match(await File.ReadAllTextAsync(Node.KubeconfigPath));
        ApiGate = await HttpGate.BeforeAsync(new Uri(server.Groups["url"].Value));
        if (Node.RuntimeEndpoint is { } endpoint)
        {
            RuntimeGate = await HttpGate.BeforeSocketAsync(endpoint["unix://".Length..], _session["runtime-gate.sock"]);
        }
    }

    private async Task StartSiteAsync()
    {
        var kubeconfig = _session["site-kubeconfig"];
        await File.WriteAllTextAsync(
            kubeconfig,
            ServerLine().Replace(await File.ReadAllTextAsync(Node.KubeconfigPath), $"server: \"{ApiGate.Address.GetLeftPart(UriPartial.Authority)}\""));
        Configuration = new SiteConfiguration
        {
            Folder = _session["site"],
            Delivery = Delivery,
            Registry = RegistryGate.Address.Authority,
            Kubeconfig = kubeconfig,
            RuntimeSocket = RuntimeGate is null ? null : _session["runtime-gate.sock"],
            MirrorPort = _session.ReservePort(),
        };
        await Configuration.WriteAsync();
        var token = await Hq.CreateEnrolmentTokenAsync(Configuration.Fleet, Configuration.Site, CancellationToken.None);
        await ShopWorld.EdgeSync.RequireAsync(
            ["enroll", Hq.Address.GetLeftPart(UriPartial.Authority), "--token", token, "--config", Configuration.FilePath]);
        if (Node.HostsDirectory is { } hosts)
        {
            await ShopWorld.EdgeSync.RequireAsync(["setup", "--config", Configuration.FilePath, "--containerd-hosts", hosts]);
        }

        Site = new SiteProcess(ShopWorld.EdgeSync, Configuration.FilePath);
        Site.Start();
        await Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.Empty }], "up and empty");
    }

    [GeneratedRegex("""server: "(?<url>[^"]+)"|server: (?<url>\S+)""")]
    private static partial Regex ServerLine();
}
