namespace EdgeSync.Hq.Fleets;

/// <summary>One page of the table of sites, with totals over all sites.</summary>
/// <param name="Rows">The sites on this page.</param>
/// <param name="Counts">How many sites are in each condition, without the filter.</param>
/// <param name="Total">How many sites there are, without the filter.</param>
/// <param name="Matching">How many match the filter.</param>
/// <param name="Page">The number of this page, from 1.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
/// <param name="Fleets">The names of all fleets.</param>
/// <param name="Channels">The names of all channels.</param>
/// <param name="Trust">For each fleet, the newest trust that any of its sites reports.</param>
/// <param name="TrustBehind">How many sites have older trust than the newest of their fleet, without the filter.</param>
public sealed record FleetPage(
    IReadOnlyList<FleetRow> Rows,
    IReadOnlyDictionary<Condition, int> Counts,
    int Total,
    int Matching,
    int Page,
    int Pages,
    IReadOnlyList<string> Fleets,
    IReadOnlyList<string> Channels,
    IReadOnlyDictionary<string, FleetTrust> Trust,
    int TrustBehind);
