using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Api;

/// <summary>One page of the board.</summary>
internal sealed record BoardDocument(int Total, int Page, int Pages, IReadOnlyDictionary<string, int> Counts, ReleaseCounts Releases, IReadOnlyList<BoardSiteDocument> Sites)
{
    public static BoardDocument From(BoardPage page) => new(
        page.Total,
        page.Page,
        page.Pages,
        page.Counts.OrderBy(c => c.Key).ToDictionary(c => FleetQuery.Camel(c.Key.ToString()), c => c.Value),
        page.Releases,
        [.. page.Rows.Select(BoardSiteDocument.From)]);
}

/// <summary>One site on the board, with what the page shows.</summary>
internal sealed record BoardSiteDocument
{
    public required string Fleet { get; init; }

    public required string Site { get; init; }

    public required BoardState State { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The preflight that runs; absent where none does.</summary>
    public PreflightStatus? Running { get; init; }

    public required IReadOnlyList<BoardStage> Stages { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>The last preflight, also if it no longer counts.</summary>
    public PreflightNote? Last { get; init; }

    /// <summary>The last time that HQ asked.</summary>
    public PreflightAsk? Asked { get; init; }

    /// <summary>What the site answered to that; absent without an answer.</summary>
    public PreflightReply? Reply { get; init; }

    public required IReadOnlyList<ReleaseDeadlineDocument> Releases { get; init; }

    public static BoardSiteDocument From(BoardRow row) => new()
    {
        Fleet = row.Site.Key.Fleet,
        Site = row.Site.Key.Site,
        State = row.State,
        Deadline = row.Deadline,
        Running = row.Running,
        Stages = row.Stages,
        Remarks = row.Remarks,
        Last = row.Site.LastPreflight,
        Asked = row.Site.PreflightAsk,
        Reply = row.Site.PreflightAsk is { } ask && row.Site.Status?.PreflightReply is { } reply && reply.Request == ask.Request ? reply : null,
        Releases = [.. row.Releases.Select(r => new ReleaseDeadlineDocument(r.Release, r.IsActive, r.ActiveAt))],
    };
}

/// <summary>A release with a deadline at a site; the deadline is in the release.</summary>
internal sealed record ReleaseDeadlineDocument(AcknowledgedRelease Release, bool IsActive, DateTimeOffset? ActiveAt);
