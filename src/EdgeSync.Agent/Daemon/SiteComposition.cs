using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Hq;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Mqtt;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Builds a site out of its configuration: every adapter, once, in the order in which they need each other. Owns what it builds.</summary>
internal sealed class SiteComposition : IAsyncDisposable
{
    private readonly List<IDisposable> _owned = [];

    private SiteComposition(ContentStore cache, ImageShelf shelf, Site site, SiteStore store)
    {
        Cache = cache;
        Shelf = shelf;
        Site = site;
        Store = store;
    }

    public ContentStore Cache { get; }

    public ImageShelf Shelf { get; }

    public Site Site { get; }

    public SiteStore Store { get; }

    public static async Task<SiteComposition> CreateAsync(AgentConfiguration configuration, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var owned = new List<IDisposable> { await StateLock.WaitAsync(configuration.StateDirectory, TimeProvider.System, cancellationToken) };
        var random = new Random();
        var profile = new SiteProfile(configuration.Fleet, configuration.Site, configuration.Labels, VersionCommand.Current);
        var platform = OciPlatform.Parse(configuration.Platform);
        var database = SqliteDatabase.Open(AgentDirectories.Database(configuration), SiteSchema.Steps);
        var memory = SiteMemory.Open(SiteMemory.PathOf(configuration.IdentityDirectory), logs.CreateLogger<SiteMemory>());
        var clock = Facts.CreateClock(database, memory.ProvenTime, TimeProvider.System);
        ProveByCertificate(configuration.Hq?.CertificateFile, clock);
        var steady = new SteadyTime(TimeProvider.System);
        var settled = new SettledTime(clock);
        var ledgerKey = await LedgerKey.LoadAsync(configuration, cancellationToken);
        var ledger = new Ledger(database, profile, ledgerKey, clock);

        var cache = await ContentStore.OpenAsync(AgentDirectories.Cache(configuration), clock, cancellationToken);
        var registries = new RegistryClients(configuration.Registries, clock, random, logs.CreateLogger<RegistryClient>());
        var siteTrust = await OpenTrustAsync(configuration, registries, new TrustReporter(database, ledger), clock, logs, cancellationToken);
        ISiteTrust trust = siteTrust is null ? new FixedTrust(await configuration.Trust.LoadPolicyAsync(cancellationToken)) : siteTrust;
        var fetcher = new GraphFetcher(
            cache,
            new FetchOptions { Parallelism = configuration.Fetch.Parallel, MaxBlobSize = configuration.Fetch.MaxBlobSize },
            clock,
            random,
            logs.CreateLogger<GraphFetcher>());
        var store = new SiteStore(database, ledger, memory, clock);
        var holds = new HoldStore(database, ledger, settled, logs.CreateLogger<HoldStore>());
        var shelf = new ImageShelf(cache, platform, new GarbageCollector(cache, logs.CreateLogger<GarbageCollector>()), store.NeededContent);
        var runtime = configuration.Runtime.SocketPath is { } socket
            ? new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = socket }, clock)
            : null;
        var connection = new ClusterConnection(configuration.Cluster.Kubeconfig, new ClusterTime(clock), steady, random);
        var cluster = new ClusterAdapter(
            connection, configuration.Cluster.InventoryNamespace, new PrunePolicy { MaxShare = configuration.Prune.MaxShare }, steady, random, logs);
        owned.AddRange([ledgerKey, cache, registries, connection]);
        if (siteTrust is not null)
        {
            owned.Add(siteTrust);
        }

        if (runtime is not null)
        {
            owned.Add(runtime);
        }

        var evidence = new EvidenceFolder(EvidenceFolder.PathOf(configuration.StateDirectory), logs.CreateLogger<EvidenceFolder>());
        var ports = new SitePorts
        {
            Site = profile,
            Trust = trust,
            Releases = new RegistryReleaseSource(registries, cache, trust),
            Bundles = new CachedBundleSource(cache, registries, fetcher, platform, trust, clock),
            Shelf = shelf,
            Runtime = runtime is null ? new NoImageRuntime() : new CriImageRuntime(runtime),
            Cluster = cluster,
            Store = store,
            Evidence = evidence,
            Witness = clock,
            Holds = holds,
            ActivationLock = new SemaphoreSlim(1, 1),
            Time = clock,
            Steady = steady,
            Random = random,
        };
        var renewer = CreateRenewer(configuration, profile, ledgerKey, clock, logs);
        var reportEvery = configuration.Hq?.ReportEvery ?? TimeSpan.FromMinutes(15);
        var site = new Site(profile, ledger, holds, new SiteNotices(clock, memory, evidence, renewer, ledger), clock, settled, reportEvery, changed => CreateWorkers(configuration, ports, changed, logs)) { Trust = siteTrust };
        var composition = new SiteComposition(cache, shelf, site, store) { Ledger = ledger, Clock = clock, Settled = settled, Renewer = renewer };
        composition._owned.AddRange(owned);
        return composition;
    }

    public required Ledger Ledger { get; init; }

    public required SiteClock Clock { get; init; }

    /// <summary>The clock for holds.</summary>
    public required SettledTime Settled { get; init; }

    /// <summary>Renews the site's certificate, where HQ gave it one.</summary>
    public required CertificateRenewer? Renewer { get; init; }

    /// <summary>The link to HQ, where one is configured.</summary>
    public HqLink? CreateHqLink(AgentConfiguration configuration, ILoggerFactory logs)
    {
        if (configuration.Hq is not { } hq)
        {
            return null;
        }

        var topics = new SiteTopics(configuration.Fleet, configuration.Site);
        var client = new MqttClient(
            HqMessages.Connection(hq, topics, Clock), Clock, new Random(), logs.CreateLogger<MqttClient>());
        return new HqLink(hq, topics, Site, Ledger, Renewer, client, Clock, new Random(), logs.CreateLogger<HqLink>());
    }

    public ValueTask DisposeAsync()
    {
        for (var last = _owned.Count - 1; last >= 0; last--)
        {
            _owned[last].Dispose();
        }

        return ValueTask.CompletedTask;
    }

    // A certificate that somebody put elsewhere is renewed by whoever put it there.
    private static CertificateRenewer? CreateRenewer(
        AgentConfiguration configuration, SiteProfile profile, SigningKey ledgerKey, SiteClock clock, ILoggerFactory logs)
    {
        var identity = new SiteIdentity(configuration.IdentityDirectory);
        return configuration.Hq is { CertificateFile: { } certificate, KeyFile: { } key } && certificate == identity.CertificateFile && key == identity.ClientKeyFile
            ? new CertificateRenewer(identity, profile, ledgerKey, clock, new Random(), logs.CreateLogger<CertificateRenewer>())
            : null;
    }

    // HQ made it, so it is not before that. One that cannot be read is told by who needs it.
    private static void ProveByCertificate(string? path, SiteClock clock)
    {
        if (path is not null && File.Exists(path))
        {
            using var certificate = SiteCertificate.Parse(File.ReadAllText(path));
            if (certificate is not null)
            {
                clock.Prove(certificate.NotBefore.ToUniversalTime());
            }
        }
    }

    private static async Task<SiteTrust?> OpenTrustAsync(
        AgentConfiguration configuration, RegistryClients registries, TrustReporter reporter, TimeProvider clock, ILoggerFactory logs, CancellationToken cancellationToken) =>
        configuration.Trust.Root is null
            ? null
            : await SiteTrust.OpenAsync(
                configuration,
                new RegistryTrustSource(registries, configuration.Trust.Repository ?? configuration.Channels[0].Reference),
                reporter, clock, logs.CreateLogger<SiteTrust>(), cancellationToken);

    private static List<ChannelWorker> CreateWorkers(AgentConfiguration configuration, SitePorts ports, Action changed, ILoggerFactory logs) =>
    [
        .. configuration.Channels.Select(channel => new ChannelWorker(
            new ChannelSubscription(channel.Name, channel.Reference, channel.Every, channel.Namespace, channel.HealthDeadline),
            ports,
            changed,
            logs.CreateLogger<ChannelWorker>())),
    ];
}
