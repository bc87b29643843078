using System.Diagnostics.Metrics;
using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Interlocks;
using EdgeSync.Agent.Metrics;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Mirror;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Registers the site's services, one method per feature. The daemon, <c>edgesync sync</c> and the verbs that work without a daemon use these
/// registrations. Services open files when they are created, so the caller must hold the state lock; the container disposes what it created.
/// </summary>
internal static class SiteServices
{
    public static IServiceCollection AddSite(this IServiceCollection services, AgentConfiguration configuration, bool isOnePass = false)
    {
        services.AddSingleton(configuration);
        services.AddSingleton(configuration.Profile with { IsOnePass = isOnePass });
        services.AddTransient(_ => new Random());
        return services
            .AddTime(configuration)
            .AddState(configuration)
            .AddSources(configuration)
            .AddTrust(configuration)
            .AddCluster(configuration)
            .AddReconciliation(configuration)
            .AddPreflights(configuration)
            .AddNightReports(configuration, isOnePass)
            .AddMirror()
            .AddEnrolment(configuration)
            .AddHqLink(configuration);
    }

    private static IServiceCollection AddTime(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MonotonicClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RetryPolicy(provider.GetRequiredService<MonotonicClock>(), provider.GetRequiredService<Random>()));
        services.AddSingleton(provider =>
        {
            var clock = SiteSettings.CreateClock(
                provider.GetRequiredService<SqliteDatabase>(), provider.GetRequiredService<RollbackGuard>().ProvenTime, provider.GetRequiredService<TimeProvider>());
            ProveByCertificate(configuration.Hq?.CertificateFile, clock);
            return clock;
        });
        services.AddSingleton<HoldClock>();
        services.AddHostedService<TimeKeeper>();
        return services;
    }

    private static IServiceCollection AddState(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.AddSingleton(_ => SqliteDatabase.Open(AgentDirectories.Database(configuration), SiteSchema.Steps));
        services.AddSingleton(provider =>
            RollbackGuard.Open(RollbackGuard.PathOf(configuration.IdentityDirectory), provider.GetRequiredService<ILogger<RollbackGuard>>()));
        services.AddSingleton(_ => Open(LedgerKey.LoadAsync(configuration, CancellationToken.None)));
        services.AddSingleton<Ledger>();
        services.AddSingleton<SiteStore>();
        services.AddSingleton<IStageHistory, StageHistory>();
        services.AddSingleton(provider => new HoldStore(
            provider.GetRequiredService<SqliteDatabase>(),
            provider.GetRequiredService<Ledger>(),
            provider.GetRequiredService<HoldClock>(),
            provider.GetRequiredService<ILogger<HoldStore>>()));
        services.AddSingleton(provider => new HoldService(
            provider.GetRequiredService<HoldStore>(),
            [.. configuration.Channels.Select(channel => channel.Name)],
            provider.GetRequiredService<HoldClock>()));
        services.AddSingleton(provider => new QuarantineService(
            provider.GetRequiredService<SiteStore>(),
            [.. configuration.Channels.Select(channel => channel.Name)],
            provider.GetRequiredService<SiteClock>()));
        services.AddSingleton(provider => new RebuildService(
            provider.GetRequiredService<SiteStore>(),
            provider.GetRequiredService<ICluster>(),
            [.. configuration.Channels.Select(channel => channel.Name)],
            provider.GetRequiredService<SiteClock>()));
        services.AddSingleton(provider => new EvidenceFolder(
            EvidenceFolder.PathOf(configuration.StateDirectory), provider.GetRequiredService<ILogger<EvidenceFolder>>()));
        services.AddHostedService(provider => new HoldExpiry(
            provider.GetRequiredService<HoldStore>(), provider.GetRequiredService<HoldClock>(), provider.GetRequiredService<ILogger<HoldExpiry>>()));
        services.AddHostedService<LedgerSigning>();
        return services;
    }

    private static IServiceCollection AddSources(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.AddSingleton(OciPlatform.Parse(configuration.Platform));
        services.AddSingleton(provider => Open(ContentStore.OpenAsync(
            AgentDirectories.Cache(configuration), provider.GetRequiredService<SiteClock>(), CancellationToken.None)));
        services.AddSingleton<GarbageCollector>();
        services.AddSingleton(provider => new RegistryClients(
            configuration.Registries,
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<RetryPolicy>(),
            provider.GetRequiredService<ILogger<RegistryClient>>()));
        services.AddSingleton(provider => new GraphFetcher(
            provider.GetRequiredService<ContentStore>(),
            new FetchOptions { Parallelism = configuration.Fetch.Parallel, MaxBlobSize = configuration.Fetch.MaxBlobSize },
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<RetryPolicy>(),
            provider.GetRequiredService<ILogger<GraphFetcher>>()));
        services.AddSingleton<IReleaseSource, RegistryReleaseSource>();
        services.AddSingleton<IBundleSource>(provider => new CachedBundleSource(
            provider.GetRequiredService<ContentStore>(),
            provider.GetRequiredService<RegistryClients>(),
            provider.GetRequiredService<GraphFetcher>(),
            provider.GetRequiredService<OciPlatform>(),
            provider.GetRequiredService<ISiteTrust>(),
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<PipelineMetrics>(),
            provider.GetRequiredService<TransferLog>()));
        return services;
    }

    private static IServiceCollection AddTrust(this IServiceCollection services, AgentConfiguration configuration)
    {
        if (configuration.Trust.Root is null)
        {
            return services.AddSingleton<ISiteTrust>(_ => new FixedTrust(Open(configuration.Trust.LoadPolicyAsync(CancellationToken.None))));
        }

        services.AddSingleton<TrustReporter>();
        services.AddSingleton(provider => Open(SiteTrust.OpenAsync(
            configuration,
            new RegistryTrustSource(provider.GetRequiredService<RegistryClients>(), configuration.Trust.Repository ?? configuration.Channels[0].Reference),

            // A site that never ran has no ledger; the ledger starts with the trust that was imported until then. In the daemon, the site creates the ledger
            // before it opens the trust.
            LedgerKey.IsMade(configuration) ? provider.GetRequiredService<TrustReporter>() : null,
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<ILogger<SiteTrust>>(),
            CancellationToken.None)));
        return services.AddSingleton<ISiteTrust>(provider => provider.GetRequiredService<SiteTrust>());
    }

    private static IServiceCollection AddCluster(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.AddSingleton(provider => new ClusterConnection(
            configuration.Cluster.Kubeconfig,
            new ClusterTime(provider.GetRequiredService<SiteClock>()),
            provider.GetRequiredService<MonotonicClock>(),
            provider.GetRequiredService<RetryPolicy>()));
        services.AddSingleton<ICluster>(provider => new ClusterAdapter(
            provider.GetRequiredService<ClusterConnection>(),
            configuration.Cluster,
            [.. configuration.Channels.Select(channel => channel.Name)],
            configuration.StateDirectory,
            provider.GetRequiredService<MonotonicClock>(),
            provider.GetRequiredService<RetryPolicy>(),
            provider.GetRequiredService<ILoggerFactory>()));
        if (configuration.Runtime.SocketPath is not { } socket)
        {
            return services.AddSingleton<IImageRuntime, NoImageRuntime>();
        }

        services.AddSingleton(provider => new ContainerRuntimeClient(
            new ContainerRuntimeOptions { SocketPath = socket }, provider.GetRequiredService<SiteClock>()));
        return services.AddSingleton<IImageRuntime, CriImageRuntime>();
    }

    private static IServiceCollection AddReconciliation(this IServiceCollection services, AgentConfiguration configuration)
    {
        services.AddSingleton(new PrunePolicy { MaxShare = configuration.Prune.MaxShare });
        services.AddSingleton(provider => new PipelineClocks(provider.GetRequiredService<SiteClock>(), provider.GetRequiredService<MonotonicClock>()));
        services.AddSingleton<ISiteStore>(provider => provider.GetRequiredService<SiteStore>());
        services.AddSingleton(provider => new SiteInterlocks(configuration.Interlocks, provider.GetRequiredService<MonotonicClock>()));
        services.AddSingleton<IInterlocks>(provider => provider.GetRequiredService<SiteInterlocks>());
        services.AddSingleton<IHoldStore>(provider => provider.GetRequiredService<HoldStore>());
        services.AddSingleton<IEvidenceStore>(provider => provider.GetRequiredService<EvidenceFolder>());
        services.AddSingleton<ITrustedTimeSink>(provider => provider.GetRequiredService<SiteClock>());
        services.AddSingleton<IMirrorPublisher>(provider => provider.GetRequiredService<MirrorPublisher>());
        services.AddSingleton(provider => new PipelineMetrics(provider.GetRequiredService<IMeterFactory>().Create(AgentMetrics.MeterName)));
        services.AddSingleton<ChannelWorkerFactory>();
        services.AddSingleton(provider => new SiteNotices(
            provider.GetRequiredService<SiteClock>(),
            provider.GetRequiredService<RollbackGuard>(),
            provider.GetRequiredService<EvidenceFolder>(),
            provider.GetService<CertificateRenewer>(),
            provider.GetRequiredService<Ledger>(),
            [.. provider.GetServices<RetryingListener>()]));
        services.AddSingleton(provider => CreateSite(provider, configuration));
        services.AddSingleton(provider => new AgentMetrics(provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<Site>().Status));
        services.AddHostedService<WorkerHost>();
        services.AddHostedService(provider => new InterlockWatch(
            provider.GetRequiredService<SiteInterlocks>(), provider.GetRequiredService<Site>(), provider.GetRequiredService<MonotonicClock>()));
        services.AddHostedService<MemoryTrim>();
        return services;
    }

    private static Site CreateSite(IServiceProvider provider, AgentConfiguration configuration)
    {
        var site = new Site(
            provider.GetRequiredService<SiteProfile>(),
            provider.GetRequiredService<Ledger>(),
            provider.GetRequiredService<HoldStore>(),
            provider.GetRequiredService<SiteNotices>(),
            provider.GetRequiredService<SiteClock>(),
            configuration.Hq?.ReportEvery ?? TimeSpan.FromMinutes(15),
            changed => [.. configuration.Channels.Select(channel => provider.GetRequiredService<ChannelWorkerFactory>().Create(
                channel.ToSubscription() with { Windows = configuration.WindowsOf(channel) },
                changed,
                provider.GetRequiredService<ILogger<ChannelWorker>>()))])
        {
            Trust = provider.GetService<SiteTrust>(),
            Preflights = provider.GetRequiredService<PreflightJobs>(),
        };
        site.Preflights.Changed += site.NotifyChanged;

        // A release that waited for the end of a preflight continues at once.
        provider.GetRequiredService<ActivationLimits>().Changed += site.LookNow;
        if (provider.GetService<CertificateRenewer>() is { } renewer)
        {
            renewer.Changed += site.NotifyChanged;
        }

        foreach (var listener in provider.GetServices<RetryingListener>())
        {
            listener.Changed += site.NotifyChanged;
        }

        return site;
    }

    private static IServiceCollection AddMirror(this IServiceCollection services)
    {
        services.AddSingleton(provider => new MirrorPublisher(
            provider.GetRequiredService<ContentStore>(),
            provider.GetRequiredService<OciPlatform>(),
            provider.GetRequiredService<GarbageCollector>(),
            provider.GetRequiredService<SiteStore>().NeededContent));
        services.AddKeyedSingleton<RequestDelegate>(nameof(MirrorEndpoints), (provider, _) => MirrorEndpoints.Create(
            provider.GetRequiredService<ContentStore>(),
            provider.GetRequiredService<MirrorPublisher>().Catalog,
            new MirrorOptions { ContentLost = _ => provider.GetRequiredService<Site>().ContentLost() },
            provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }

    // HQ issued the certificate, so the current time is not before its start. Code that needs an unreadable certificate reports it.
    private static void ProveByCertificate(string? path, SiteClock clock)
    {
        if (path is null || !File.Exists(path))
        {
            return;
        }

        using var certificate = SiteCertificate.Parse(File.ReadAllText(path));
        if (certificate is not null)
        {
            clock.AdvanceLowerBound(certificate.NotBefore.ToUniversalTime());
        }
    }

    // A container creates its services synchronously. These read a few small files, once, on a thread that has nothing else to do.
    private static T Open<T>(Task<T> opening) => opening.GetAwaiter().GetResult();
}
