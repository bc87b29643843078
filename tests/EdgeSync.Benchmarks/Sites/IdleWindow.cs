using EdgeSync.Benchmarks.Cluster;
using EdgeSync.Benchmarks.Network;
using EdgeSync.Benchmarks.Processes;

namespace EdgeSync.Benchmarks.Sites;

/// <summary>What an idle site did in some minutes: one delivered channel, the cluster watched, the broker connected, nothing new.</summary>
internal sealed record IdleWindow
{
    // After a delivery the old pod ends, HQ confirms, the collector gives memory back: not idle yet.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(45);

    public required TimeSpan Length { get; init; }

    /// <summary>At the end.</summary>
    public required ProcessMemory Memory { get; init; }

    public required TimeSpan Cpu { get; init; }

    public required TrafficCount Registry { get; init; }

    public required TrafficCount Broker { get; init; }

    /// <summary>How often the registry was asked for the channel's tag.</summary>
    public required int Polls { get; init; }

    /// <summary>Everybody's requests.</summary>
    public required IReadOnlyList<AuditRequest> Requests { get; init; }

    /// <summary>The watches that were open at the end, by what they watch: they cost one connection, and a request when they are renewed.</summary>
    public required IReadOnlyList<AuditRequest> SiteWatchesBefore { get; init; }

    public static async Task<IdleWindow> WatchAsync(SiteWorld site, TimeSpan length, CancellationToken cancellationToken)
    {
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);
        var registryRequests = await site.Registry.GetRequestsAsync(cancellationToken);
        var (registry, broker, cpu) = (site.RegistryLink.Read(), site.BrokerLink.Read(), ProcessTimes.ReadCpu(site.ProcessId));
        var began = TimeProvider.System.GetUtcNow();
        await Task.Delay(length, TimeProvider.System, cancellationToken);
        var ended = TimeProvider.System.GetUtcNow();
        var polls = (await site.Registry.GetRequestsAsync(cancellationToken)).Skip(registryRequests.Count).Count(r => r.UserAgent == "edgesync");
        return new IdleWindow
        {
            Length = ended - began,
            Memory = ProcessMemory.Read(site.ProcessId),
            Cpu = ProcessTimes.ReadCpu(site.ProcessId) - cpu,
            Registry = site.RegistryLink.Read() - registry,
            Broker = site.BrokerLink.Read() - broker,
            Polls = polls,
            Requests = site.Audit.Read(began, ended),
            SiteWatchesBefore = [.. site.Audit.Read(DateTimeOffset.MinValue, began).Where(r => r.IsOfSite && r.IsWatch)],
        };
    }
}
