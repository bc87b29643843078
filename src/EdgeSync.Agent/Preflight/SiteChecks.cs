using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Agent.Preflight.Reachability;
using EdgeSync.Agent.Setup;
using EdgeSync.Agent.Sources;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Preflight;

/// <summary>The list of all checks, in the order in which they run and are shown.</summary>
internal static class SiteChecks
{
    /// <summary>The checks of <c>preflight</c> and <c>doctor</c>. They need no link.</summary>
    public static IReadOnlyList<ISiteCheck> Create(Ports ports) =>
    [
        new AgentCheck(),
        new ClockCheck(ports.Machine),
        new KubernetesCheck(ports.Cluster),
        new NodeCheck(ports.Cluster),
        new RuntimeCheck(ports.Runtime),
        new MirrorCheck(),
        new RegistriesFileCheck(new SetupRequest { ConfigurationPath = ports.Configuration.Path }, AgentConfigurationLoader.ProcessEnvironment()),
        new DiskCheck([ports.Configuration.StateDirectory, "/var/lib/rancher/k3s", "/var/lib/containerd", "/var/lib/kubelet"], DiskUsage.Of),
        new DatabaseCheck(AgentDirectories.Database(ports.Configuration)),
        new LedgerCheck(AgentDirectories.Database(ports.Configuration)),
        new ChannelsCheck(),
        new LinkCheck(),
        new DriftCheck(ports.Compare),
        new PodsCheck(ports.Cluster),
        new ImagesCheck((bundle, deep, token) => ports.Bundles.CheckImagesAsync(bundle.Content!, deep, token), ports.Runtime),
        new RollbackCheck((bundle, deep, token) => ports.Bundles.CheckAsync(bundle.Content!, deep, token)),
        new ExpiryCheck([new SiteExpiries(), new ServerExpiries(ports.Configuration.Cluster.Kubeconfig), new FileExpiries()]),
        new HoldsCheck(),
        new InterlocksCheck(ports.Configuration.Interlocks, ports.Machine),
        new OutboxCheck(),
    ];

    /// <summary>
    /// The checks that the bundles bring which run here, for <c>preflight</c> alone. A tenant's Jobs are run as its account.
    /// </summary>
    public static IReadOnlyList<ISiteCheck> CreateBundleChecks(
        AgentConfiguration configuration, IReadOnlyList<SiteBundle> bundles, Func<ChannelSection, BundleChecks> cluster) =>
    [
        .. bundles.Where(bundle => bundle is { IsLastGood: true, Content: not null }).SelectMany(bundle =>
        {
            var channel = configuration.Channels.First(section => section.Name == bundle.Channel);
            return CreateBundleChecks(channel, bundle.Content!, () => cluster(channel));
        }),
    ];

    private static IEnumerable<ISiteCheck> CreateBundleChecks(ChannelSection channel, BundleContent content, Func<BundleChecks> cluster) =>
    [
        .. (content.Metadata.Preflight ?? []).Select(probe =>
        {
            var place = probe.Namespace ?? channel.Namespace;
            var isThere = content.Objects.Any(item => item.Id.GroupKind == "Service" && item.Name == probe.Service && (item.Namespace ?? channel.Namespace) == place);
            return (ISiteCheck)new BundleProbeCheck(channel.Name, probe, isThere ? token => cluster().AskAsync(probe, place, token) : null);
        }),
        .. content.Checks.Select(check => new BundleJobCheck(
            channel.Name,
            check with { Job = check.Job.WithNamespace(check.Job.Namespace ?? channel.Namespace) },
            (job, limit, token) => cluster().RunAsync(job.Job, limit, token))),
    ];

    /// <summary>The checks that only <c>doctor</c> makes: each registry and the broker, stage by stage.</summary>
    public static IReadOnlyList<ISiteCheck> CreateReach(AgentConfiguration configuration, RegistryClients registries, TimeProvider time, RetryPolicy retries) =>
    [
        .. configuration.Channels.Select(channel => OciReference.TryParse(channel.Reference, out var reference) ? reference.Registry : null).OfType<string>()
            .Concat(configuration.Registries.Select(registry => registry.Host)).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(host => new RegistryReachCheck(host, configuration, registries, time)),
        .. configuration.Hq is { } hq ? [new BrokerReachCheck(hq, new SiteTopics(configuration.Fleet, configuration.Site), time, retries)] : Array.Empty<ISiteCheck>(),
    ];

    /// <summary>What the checks look at the site with.</summary>
    internal sealed record Ports
    {
        public required AgentConfiguration Configuration { get; init; }

        public required IClusterLook Cluster { get; init; }

        public required IRuntimeLook Runtime { get; init; }

        public required SiteBundles Bundles { get; init; }

        /// <summary>Compares the cluster with what should run.</summary>
        public required Func<CancellationToken, Task<PlanDocument>> Compare { get; init; }

        public required TimeProvider Machine { get; init; }
    }
}
