namespace EdgeSync.Hq.Fleets;

/// <summary>One page of the fleet, and what the whole of it looks like.</summary>
/// <param name="Rows">The sites on this page.</param>
/// <param name="Counts">How many of all sites are in each condition, whatever the filter.</param>
/// <param name="Total">How many sites there are.</param>
/// <param name="Matching">How many match the filter.</param>
/// <param name="Page">This page, from 1.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
/// <param name="Fleets">Every fleet's name.</param>
/// <param name="Channels">Every channel's name.</param>
/// <param name="Trust">By fleet, the newest trust that any of its sites has.</param>
/// <param name="TrustBehind">How many sites have older trust than their fleet's newest, whatever the filter.</param>
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
