using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>One page of the board, with counts over the whole selection.</summary>
/// <param name="Rows">The sites on this page, the worst first.</param>
/// <param name="Counts">How many sites of the selection are in each state.</param>
/// <param name="Total">How many sites the selection has.</param>
/// <param name="Page">The number of this page, from 1.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
/// <param name="Fleets">The names of all fleets.</param>
/// <param name="Releases">The deadlines of releases at the sites of the selection.</param>
public sealed record BoardPage(
    IReadOnlyList<BoardRow> Rows,
    IReadOnlyDictionary<BoardState, int> Counts,
    int Total,
    int Page,
    int Pages,
    IReadOnlyList<string> Fleets,
    ReleaseCounts Releases)
{
    /// <summary>Puts the sites that the query chooses on a board.</summary>
    public static BoardPage Of(IReadOnlyList<SiteState> sites, BoardQuery query, DateTimeOffset now)
    {
        // The board shows no trust, so that no site is compared with the newest of its fleet.
        var rows = sites.Where(query.Chooser()).Select(site => BoardAssessor.Assess(new FleetRow(site, SiteAssessor.Assess(site, now), null), now)).ToList();
        var shown = rows.Where(row => query.State is not { } state || row.State == state)
            .OrderBy(row => row.State).ThenBy(row => row.Deadline ?? DateTimeOffset.MaxValue).ThenBy(row => row.Site.Key.ToString(), StringComparer.Ordinal).ToList();
        var (part, page, pages) = query.Cut(shown);
        return new BoardPage(
            part,
            rows.CountBy(row => row.State).ToDictionary(),
            rows.Count,
            page,
            pages,
            [.. sites.Select(site => site.Key.Fleet).Distinct().Order(StringComparer.Ordinal)],
            ReleaseCounts.Of(rows, now));
    }
}

/// <summary>How the sites of a selection are with releases that have a deadline.</summary>
/// <param name="Active">How many are active, in time or not known when.</param>
/// <param name="Pending">How many are not active yet, with time left.</param>
/// <param name="Late">How many became active too late, or are late.</param>
/// <param name="Next">The earliest deadline that is still to come and not met everywhere, or null.</param>
public sealed record ReleaseCounts(int Active, int Pending, int Late, DateTimeOffset? Next)
{
    public int Total => Active + Pending + Late;

    public static ReleaseCounts Of(IEnumerable<BoardRow> rows, DateTimeOffset now)
    {
        var releases = rows.SelectMany(row => row.Releases).ToList();
        var late = releases.Count(release => release.IsLate(now));
        var pending = releases.Where(release => !release.IsActive && !release.IsLate(now)).ToList();
        return new ReleaseCounts(releases.Count - late - pending.Count, pending.Count, late, pending.Count == 0 ? null : pending.Min(release => release.Deadline));
    }
}
