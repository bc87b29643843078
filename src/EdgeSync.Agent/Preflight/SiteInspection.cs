using System.Text.Json.Serialization;
using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Planning;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Preflight;

/// <summary>What somebody wants to know of the site.</summary>
internal sealed record InspectionRequest
{
    /// <summary>For how long everything has to hold from now on.</summary>
    public TimeSpan Mission { get; init; }

    public bool RequireLink { get; init; }

    public bool Deep { get; init; }

    public string? By { get; init; }

    /// <summary>The channels that are asked about; empty for all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Since when each registry must have been seen, or null.</summary>
    public DateTimeOffset? SeenSince { get; init; }

    /// <summary>The status at the end of a reload, which knows what was seen where no agent runs any more; or null.</summary>
    [JsonIgnore]
    public SiteStatus? Reloaded { get; init; }

    /// <summary>Whether the checks that the bundles bring are left out.</summary>
    public bool SkipsBundleChecks { get; init; }

    /// <summary>Whether registries and broker are tried stage by stage.</summary>
    public bool TriesServers { get; init; }
}

/// <summary>Looks at the site next to a running agent and without one, and changes nothing. Owns the connections that the checks use.</summary>
internal sealed class SiteInspection : IDisposable
{
    private readonly AgentConfiguration _configuration;
    private readonly TimeProvider _machine;
    private readonly SiteClock _clock;
    private readonly RetryPolicy _retries;
    private readonly IReadOnlyDictionary<string, ChannelRecord> _records;
    private readonly ClusterConnection _connection;
    private readonly ContainerRuntimeClient? _runtime;
    private readonly RegistryClients _registries;
    private readonly SiteBundles _bundles;

    private SiteInspection(AgentConfiguration configuration, TimeProvider machine, SiteClock clock, IReadOnlyDictionary<string, ChannelRecord> records)
    {
        (_configuration, _machine, _clock, _records) = (configuration, machine, clock, records);
        _retries = new RetryPolicy(machine, new Random());
        _connection = new ClusterConnection(configuration.Cluster.Kubeconfig, new ClusterTime(clock), machine, _retries);
        _runtime = configuration.Runtime.SocketPath is { } socket ? new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = socket }, clock) : null;
        _registries = new RegistryClients(configuration.Registries, clock, _retries, NullLogger<RegistryClient>.Instance);
        _bundles = new SiteBundles(configuration, clock);
    }

    /// <summary>The site's time.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Reads what the site's disk says. State that cannot be read is no obstacle: the check of the database says so.</summary>
    public static async Task<SiteInspection> OpenAsync(AgentConfiguration configuration, TimeProvider machine, CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await SiteSnapshot.ReadAsync(configuration, machine, cancellationToken);
            return new SiteInspection(
                configuration, machine, snapshot.Clock, configuration.Channels.ToDictionary(channel => channel.Name, channel => snapshot.RecordOf(channel.Name), StringComparer.Ordinal));
        }
        catch (EdgeSyncException)
        {
            return new SiteInspection(configuration, machine, new SiteClock(machine, proven: null), new Dictionary<string, ChannelRecord>());
        }
    }

    public void Dispose()
    {
        _bundles.Dispose();
        _registries.Dispose();
        _runtime?.Dispose();
        _connection.Dispose();
    }

    /// <summary>Runs the checks and reports each result as it comes.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(InspectionRequest request, IProgress<CheckResult> progress, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var context = new CheckContext
        {
            Configuration = _configuration,
            Status = WithSeen(await ReadStatusAsync(cancellationToken), request.Reloaded),
            Records = _records,
            Bundles = await _bundles.ReadAsync(_records.Values.Where(record => request.Channels.Count == 0 || request.Channels.Contains(record.Channel)), cancellationToken),
            Now = now,
            MissionEnds = now + request.Mission,
            SeenSince = request.SeenSince,
            RequireLink = request.RequireLink,
            Deep = request.Deep,
            By = request.By,
            Only = request.Channels,
        };
        return await new CheckRunner(_machine).RunAsync(Checks(request, context.Bundles), context, progress, cancellationToken);
    }

    /// <summary>The status from the agent, else the last known, else one that says that nothing is known.</summary>
    public async Task<SiteStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var daemon = new LocalApiClient(_configuration.ControlSocket);
            return await daemon.GetStatusAsync(cancellationToken) with { Live = true };
        }
        catch (LocalApiException)
        {
            try
            {
                return await LastKnownStatus.ReadAsync(_configuration, _machine, cancellationToken);
            }
            catch (StorageException)
            {
                return new SiteStatus { Fleet = _configuration.Fleet, Site = _configuration.Site, Agent = VersionCommand.Current, At = _machine.GetUtcNow(), Live = false, Labels = _configuration.Labels };
            }
        }
    }

    // This process made the reload itself: its agent has ended, and the state on disk does not say when a registry was seen.
    private static SiteStatus WithSeen(SiteStatus status, SiteStatus? reloaded)
    {
        if (status.Live == true || reloaded is null)
        {
            return status;
        }

        var copy = status with { };
        copy.Channels = [.. status.Channels.Select(channel => channel with { LastSeen = reloaded.Channels.FirstOrDefault(seen => seen.Channel == channel.Channel)?.LastSeen })];
        return copy;
    }

    private IReadOnlyList<ISiteCheck> Checks(InspectionRequest request, IReadOnlyList<SiteBundle> bundles)
    {
        var checks = SiteChecks.Create(new SiteChecks.Ports
        {
            Configuration = _configuration,
            Cluster = new ClusterLook(_connection),
            Runtime = new RuntimeLook(_runtime),
            Bundles = _bundles,
            Compare = token => new SitePlanner(_configuration, _machine).CompareAsync(channel: null, token),
            Machine = _machine,
        });
        return
        [
            .. checks,
            .. request.SkipsBundleChecks ? [] : SiteChecks.CreateBundleChecks(_configuration, bundles, ClusterFor),
            .. request.TriesServers ? SiteChecks.CreateReach(_configuration, _registries, _clock, _retries) : [],
        ];
    }

    private BundleChecks ClusterFor(ChannelSection channel)
    {
        var client = _connection.ClientFor(channel.Tenant?.Account);
        return new BundleChecks(client, new FailureDetails(client, _configuration.Cluster.ReportLogs, _machine), _machine, new Random());
    }
}
