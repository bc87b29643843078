using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Hq.Fleets;

/// <summary>
/// All sites in memory, as the database has them: filled at the start, replaced site by site after each commit. Pages read it and never wait for the
/// disk. Safe for use by several threads at once.
/// </summary>
internal sealed class FleetProjection(ChangeFeed changes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteKey, SiteState> _sites = [];
    private IReadOnlyList<SiteState>? _snapshot;
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Interlocked.Read(ref _version);

    public bool TryGet(SiteKey key, [NotNullWhen(true)] out SiteState? site)
    {
        lock (_lock)
        {
            return _sites.TryGetValue(key, out site);
        }
    }

    /// <summary>Every site, ordered by name; the same list as long as nothing changes.</summary>
    public IReadOnlyList<SiteState> Snapshot()
    {
        lock (_lock)
        {
            return _snapshot ??= [.. _sites.Values.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)];
        }
    }

    /// <summary>A site as pages show it, or null where there is none.</summary>
    public FleetRow? FindRow(SiteKey key, DateTimeOffset now) => TryGet(key, out var site)
        ? new FleetRow(site, SiteAssessor.Assess(site, now), FleetTrust.ByFleet(Snapshot().Where(s => s.Key.Fleet == key.Fleet)).GetValueOrDefault(key.Fleet))
        : null;

    /// <summary>Something that every page shows has changed, though no site did.</summary>
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
