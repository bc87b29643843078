using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Nights;

namespace EdgeSync.Hq.Api;

/// <summary>One page of the view of a night.</summary>
internal sealed record NightDocument(int Total, int Page, int Pages, IReadOnlyDictionary<string, int> Counts, long BytesReceived, IReadOnlyList<NightSiteDocument> Sites)
{
    public static NightDocument From(NightPage page) => new(
        page.Total,
        page.Page,
        page.Pages,
        page.Counts.OrderBy(c => c.Key).ToDictionary(c => FleetQuery.Camel(c.Key.ToString()), c => c.Value),
        page.BytesReceived,
        [.. page.Rows.Select(row => new NightSiteDocument(row.Site.Key.Fleet, row.Site.Key.Site, row.State, row.Report, row.Site.LastNight?.ReceivedAt))]);
}

/// <summary>The night of one site, with its signed report.</summary>
internal sealed record NightSiteDocument(string Fleet, string Site, NightState State, NightReport? Report, DateTimeOffset? ReceivedAt);
