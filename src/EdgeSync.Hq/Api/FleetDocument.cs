using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Api;

/// <summary>One page of the list of sites.</summary>
internal sealed record FleetDocument(
    int Total, int Matching, int Page, int Pages, IReadOnlyDictionary<string, int> Conditions, BrokerDocument Broker, IReadOnlyList<SiteDocument> Sites)
{
    public static FleetDocument From(FleetPage page, BrokerDocument broker) => new(
        page.Total,
        page.Matching,
        page.Page,
        page.Pages,
        page.Counts.OrderBy(c => c.Key).ToDictionary(c => FleetQuery.Camel(c.Key.ToString()), c => c.Value),
        broker,
        [.. page.Rows.Select(SiteDocument.From)]);
}
