using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>Runs a <see cref="FleetQuery"/> on the sites in memory.</summary>
internal static class FleetSearch
{
    public static FleetPage Run(IReadOnlyList<SiteState> sites, FleetQuery query, DateTimeOffset now)
    {
        var trust = FleetTrust.ByFleet(sites);
        var rows = sites.Select(s => new FleetRow(s, SiteAssessor.Assess(s, now), trust.GetValueOrDefault(s.Key.Fleet))).ToList();
        var matching = Order(rows.Where(r => Matches(r, query)), query).ToList();
        var pages = Math.Max(1, (matching.Count + query.PageSize - 1) / query.PageSize);
        var page = Math.Min(query.Page, pages);
        return new FleetPage(
            [.. matching.Skip((page - 1) * query.PageSize).Take(query.PageSize)],
            rows.CountBy(r => r.Assessment.Condition).ToDictionary(),
            rows.Count,
            matching.Count,
            page,
            pages,
            [.. sites.Select(s => s.Key.Fleet).Distinct().Order(StringComparer.Ordinal)],
            [.. sites.SelectMany(s => s.Status?.Channels ?? []).Select(c => c.Channel).Distinct().Order(StringComparer.Ordinal)],
            trust,
            rows.Count(r => r.IsTrustBehind == true));
    }

    private static bool Matches(FleetRow row, FleetQuery query) =>
        (query.Condition is not { } condition || row.Assessment.Condition == condition)
        && (query.Fleet is not { } fleet || row.Site.Key.Fleet == fleet)
        && (query.Channel is not { } channel || (row.Site.Status?.Channels.Any(c => c.Channel == channel) ?? false))
        && (query.Label is not { } label || HasLabel(row.Site.Status, label))
        && (!query.TrustBehind || row.IsTrustBehind == true)
        && (query.Search is not { } search || Mentions(row, search));

    private static bool HasLabel(SiteStatus? status, string label)
    {
        if (status is null)
        {
            return false;
        }

        var split = label.IndexOf('=', StringComparison.Ordinal);
        return split < 0
            ? status.Labels.ContainsKey(label.Trim())
            : status.Labels.TryGetValue(label[..split].Trim(), out var value) && value == label[(split + 1)..].Trim();
    }

    private static bool Mentions(FleetRow row, string search) =>
        Contains(row.Site.Key.ToString(), search)
        || Contains(row.Assessment.Explanation, search)
        || (row.Site.Status is { } status
            && (status.Channels.Any(c => Contains(c.Channel, search) || Contains(c.Reason, search) || Names(c.Running, search) || Names(c.Pending, search))
                || status.Labels.Any(l => Contains($"{l.Key}={l.Value}", search))));

    private static bool Names(Contracts.Acknowledgements.AcknowledgedRelease? release, string search) =>
        release is not null && (Contains(release.Name, search) || Contains(release.Version, search) || Contains(release.Digest.ToString(), search));

    private static bool Contains(string? text, string search) => text?.Contains(search, StringComparison.OrdinalIgnoreCase) ?? false;

    // The rows are already ordered by name and the sort is stable, so a page looks the same each time it loads.
    private static IOrderedEnumerable<FleetRow> Order(IEnumerable<FleetRow> rows, FleetQuery query) => query.Order switch
    {
        FleetOrder.Name => By(rows, r => r.Site.Key.ToString(), query.Descending),
        FleetOrder.LastWord => By(rows, r => r.Site.LastHeardAt ?? DateTimeOffset.MinValue, query.Descending),
        FleetOrder.Release => By(rows, r => ReleaseName(r.Site), query.Descending),
        _ => By(rows, r => r.Assessment.Condition, query.Descending),
    };

    private static IOrderedEnumerable<FleetRow> By<T>(IEnumerable<FleetRow> rows, Func<FleetRow, T> key, bool descending) =>
        descending ? rows.OrderByDescending(key) : rows.OrderBy(key);

    private static string ReleaseName(SiteState site) =>
        site.Status?.Channels is [{ Running: { } running }, ..] ? $"{running.Name} {running.Sequence:D16}" : "";
}
