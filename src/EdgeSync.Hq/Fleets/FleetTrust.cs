using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>The newest trust of a fleet: the highest root and the highest list of revocations that any of its sites says it has.</summary>
/// <param name="Version">The root's version.</param>
/// <param name="Revocations">The list's number; 0 where no site has one.</param>
public sealed record FleetTrust(long Version, long Revocations)
{
    /// <summary>By fleet; fleets without a site that has a root are left out.</summary>
    public static IReadOnlyDictionary<string, FleetTrust> ByFleet(IEnumerable<SiteState> sites)
    {
        var newest = new Dictionary<string, FleetTrust>(StringComparer.Ordinal);
        foreach (var site in sites)
        {
            if (site.Status?.Trust is { } trust)
            {
                var known = newest.GetValueOrDefault(site.Key.Fleet) ?? new FleetTrust(0, 0);
                newest[site.Key.Fleet] = new FleetTrust(Math.Max(known.Version, trust.Version), Math.Max(known.Revocations, trust.Revocations ?? 0));
            }
        }

        return newest;
    }

    /// <summary>Whether somebody in the fleet has a newer root or list than this site.</summary>
    public bool IsAhead(TrustStatus trust) => Version > trust.Version || Revocations > (trust.Revocations ?? 0);
}
