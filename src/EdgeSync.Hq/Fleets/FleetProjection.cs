using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Hq.Fleets;

/// <summary>
/// Holds the stored state of all sites in memory: loaded at the start, and updated after each commit. Pages read it and never wait for the disk. It is
/// thread-safe.
/// </summary>
internal sealed class FleetProjection(ChangeFeed changes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteKey, SiteState> _sites = [];
    private IReadOnlyList<SiteState>? _snapshot;
    private long _version;

    /// <summary>Increases with every change.</summary>
    public long Version => Interlocked.Read(ref _version);

    public bool TryGet(SiteKey key, [NotNullWhen(true)] out SiteState? site)
    {
        lock (_lock)
        {
            return _sites.TryGetValue(key, out site);
        }
    }

    /// <summary>All sites, ordered by name. Returns the same list until something changes.</summary>
    public IReadOnlyList<SiteState> Snapshot()
    {
        lock (_lock)
        {
            return _snapshot ??= [.. _sites.Values.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)];
        }
    }

    /// <summary>A site with its assessment, or null if it is not enrolled.</summary>
    public FleetRow? FindRow(SiteKey key, DateTimeOffset now) => TryGet(key, out var site)
        ? new FleetRow(site, SiteAssessor.Assess(site, now), FleetTrust.ByFleet(Snapshot().Where(s => s.Key.Fleet == key.Fleet)).GetValueOrDefault(key.Fleet))
        : null;

    /// <summary>Announces a change that every page shows although no site changed, such as the connection to the broker.</summary>
    public void Touch()
    {
        Interlocked.Increment(ref _version);
        changes.AnnounceAll();
    }

    public void Replace(IReadOnlyCollection<SiteState> sites)
    {
        if (sites.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var site in sites)
            {
                _sites[site.Key] = site;
            }

            _snapshot = null;
            Interlocked.Increment(ref _version);
        }

        changes.Announce(sites.Select(s => s.Key).ToHashSet());
    }
}
