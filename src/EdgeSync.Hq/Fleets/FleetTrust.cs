using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>The newest trust of a fleet: the highest root and the highest revocation list that any of its sites reports.</summary>
/// <param name="Version">The version of the root.</param>
/// <param name="Revocations">The number of the revocation list, or 0 if no site has one.</param>
public sealed record FleetTrust(long Version, long Revocations)
{
    /// <summary>The newest trust of each fleet. Fleets in which no site has a root are left out.</summary>
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

    /// <summary>Whether another site of the fleet has a newer root or list than this site.</summary>
    public bool IsAhead(TrustStatus trust) => Version > trust.Version || Revocations > (trust.Revocations ?? 0);
}
