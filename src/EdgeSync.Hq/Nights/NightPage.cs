using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Nights;

/// <summary>One page of the view of a night, with counts over the whole selection.</summary>
/// <param name="Rows">The sites on this page, the worst first.</param>
/// <param name="Counts">How many sites of the selection had a night like this.</param>
/// <param name="Total">How many sites the selection has.</param>
/// <param name="Page">The number of this page, from 1.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
/// <param name="Fleets">The names of all fleets.</param>
/// <param name="BytesReceived">How many bytes came to all sites of the selection.</param>
public sealed record NightPage(
    IReadOnlyList<NightRow> Rows, IReadOnlyDictionary<NightState, int> Counts, int Total, int Page, int Pages, IReadOnlyList<string> Fleets, long BytesReceived)
{
    /// <summary>The nights of the sites that the query chooses.</summary>
    public static NightPage Of(IReadOnlyList<SiteState> sites, NightQuery query, DateTimeOffset now)
    {
        var rows = sites.Where(query.Chooser()).Select(site => NightRow.Of(site, now)).ToList();
        var shown = rows.Where(row => query.State is not { } state || row.State == state)
            .OrderBy(row => row.State).ThenBy(row => row.Site.Key.ToString(), StringComparer.Ordinal).ToList();
        var (part, page, pages) = query.Cut(shown);
        return new NightPage(
            part,
            rows.CountBy(row => row.State).ToDictionary(),
            rows.Count,
            page,
            pages,
            [.. sites.Select(site => site.Key.Fleet).Distinct().Order(StringComparer.Ordinal)],
            rows.Where(row => row.State != NightState.NoReport).Sum(row => row.Channels.Sum(channel => channel.BytesReceived)));
    }
}

/// <summary>The night of one site.</summary>
/// <param name="Site">The site.</param>
/// <param name="State">How it was.</param>
public sealed record NightRow(SiteState Site, NightState State)
{
    // The site waits for an hour for what is under way, and the link may take its time.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    /// <summary>The newest report, or null where there never was one.</summary>
    public NightReport? Report => Site.LastNight?.Report;

    /// <summary>What became of each channel, the worst first.</summary>
    public IReadOnlyList<NightChannel> Channels { get; } = [.. (Site.LastNight?.Report.Channels ?? []).OrderByDescending(channel => channel.Outcome)];

    /// <summary>The channels for which something was planned or is wrong; all where nothing was.</summary>
    public IReadOnlyList<NightChannel> Told => Channels is [{ Outcome: NightOutcome.Nothing }, ..] ? Channels : [.. Channels.Where(channel => channel.Outcome != NightOutcome.Nothing)];

    public static NightRow Of(SiteState site, DateTimeOffset now) => new(site, site.LastNight?.Report switch
    {
        null => NightState.Never,
        { Next: { } next } when now > next + Grace => NightState.NoReport,
        { Outcome: NightOutcome.Failed } => NightState.Failed,
        { Outcome: NightOutcome.RolledBack } => NightState.RolledBack,
        { Outcome: NightOutcome.Rejected } => NightState.Rejected,
        { Outcome: NightOutcome.Degraded } => NightState.Degraded,
        { Outcome: NightOutcome.Waiting } => NightState.Waiting,
        { Outcome: NightOutcome.UnderWay } => NightState.UnderWay,
        { Outcome: NightOutcome.Done } => NightState.Done,
        _ => NightState.Nothing,
    });
}
