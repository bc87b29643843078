using System.Globalization;
using EdgeSync.Benchmarks.Cluster;
using EdgeSync.Benchmarks.Network;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Hq;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Processes;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Sites;

/// <summary>
/// One site in its default configuration on real parts: node, registry, broker and HQ as in the demo, with a counting forwarder in front of
/// registry and broker.
/// </summary>
internal sealed class SiteWorld : IAsyncDisposable
{
    private readonly EdgeSyncProgram _program;
    private ManagedProcess? _site;

    private SiteWorld(EdgeSyncProgram program, TestbedSession session)
    {
        _program = program;
        Session = session;
        Audit = new AuditLog(session["audit.log"]);
    }

    public TestbedSession Session { get; }

    public AuditLog Audit { get; }

    public RegistryServer Registry { get; private set; } = null!;

    public CountingForwarder RegistryLink { get; private set; } = null!;

    public CountingForwarder BrokerLink { get; private set; } = null!;

    public HqProcess Hq { get; private set; } = null!;

    public ShopDelivery Delivery { get; private set; } = null!;

    public SiteConfiguration Configuration { get; private set; } = null!;

    /// <summary>The daemon's process id.</summary>
    public int ProcessId => _site!.Identity.Id;

    /// <summary>Everything up, version 1.0.0 of the shop healthy and acknowledged.</summary>
    public static async Task<SiteWorld> StartAsync(EdgeSyncProgram program, CancellationToken cancellationToken)
    {
        var world = new SiteWorld(program, await TestbedSession.StartAsync(cancellationToken));
        try
        {
            await world.StartPartsAsync(cancellationToken);
            world.StartSite();
            var release = new ReleaseRun(world);
            await release.PublishAsync(new ShopVersion("1.0.0"), cancellationToken);
            await world.Hq.SendCommandAsync(world.Configuration.Fleet, world.Configuration.Site, cancellationToken: cancellationToken);
            await release.AwaitAcknowledgedAsync(cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the daemon, with keys of its configuration laid over (<c>EDGESYNC_…</c>).</summary>
    public void StartSite(IReadOnlyDictionary<string, string?>? overrides = null)
    {
        var broker = new KeyValuePair<string, string?>("EDGESYNC_HQ__BROKER", string.Create(CultureInfo.InvariantCulture, $"mqtts://localhost:{BrokerLink.Port}"));
        _site = Session.Start(new ProcessRequest("edgesync", _program.Path, "run", "--config", Configuration.FilePath)
        {
            Environment = new Dictionary<string, string?>([.. overrides ?? new Dictionary<string, string?>(), broker]),
        });
    }

    public Task StopSiteAsync(CancellationToken cancellationToken) => _site!.StopAsync(cancellationToken: cancellationToken);

    /// <summary>What the daemon has logged over all its starts.</summary>
    public string ReadLog() => _site!.ReadLog();

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Hq?.Dispose();
        foreach (var link in new[] { RegistryLink, BrokerLink })
        {
            await (link?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        var node = await KubernetesNode.StartAsync(Session, new KubernetesNodeOptions { AuditLogPath = Session["audit.log"] }, cancellationToken);
        var registryPort = Session.ReservePort();
        Registry = await RegistryServer.StartAsync(Session, new RegistryOptions { Port = registryPort }, cancellationToken);
        RegistryLink = new CountingForwarder(registryPort);
        var brokerPort = Session.ReservePort();
        BrokerLink = new CountingForwarder(brokerPort);
        Hq = await HqProcess.PrepareAsync(Session, brokerPort, cancellationToken);
        var certificate = await Hq.IssueBrokerCertificateAsync(cancellationToken);
        await BrokerServer.StartAsync(Session, new BrokerOptions { Certificate = certificate, Port = brokerPort }, cancellationToken);
        await Hq.StartAsync(cancellationToken);

        // Names in release records are what the site asks for, so that everybody uses the forwarder's.
        Delivery = await ShopDelivery.CreateAsync(_program, Session["keys"], RegistryLink.Address, cancellationToken);
        Configuration = new SiteConfiguration
        {
            Folder = Session["site"],
            Delivery = Delivery,
            Registry = RegistryLink.Address,
            Kubeconfig = node.KubeconfigPath,
            RuntimeSocket = node.RuntimeEndpoint?["unix://".Length..],
            MirrorPort = Session.ReservePort(),
            Every = "1m",
            HealthDeadline = "5m",
        };
        await Configuration.WriteAsync(cancellationToken);
        var token = await Hq.CreateEnrolmentTokenAsync(Configuration.Fleet, Configuration.Site, cancellationToken);
        await _program.RequireAsync(
            ["enroll", Hq.Address.GetLeftPart(UriPartial.Authority), "--token", token, "--config", Configuration.FilePath], cancellationToken);
        await _program.RequireAsync(["setup", "--config", Configuration.FilePath, "--containerd-hosts", node.HostsDirectory!], cancellationToken);
    }
}
