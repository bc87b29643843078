using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Pages;

/// <summary>The content of the page of one site.</summary>
/// <param name="Row">The site with its assessment.</param>
/// <param name="History">Some of its acknowledgements, the newest first.</param>
/// <param name="OlderThan">The position at which the next older acknowledgements start, or null at the end.</param>
/// <param name="IsOlderPage">Whether newer acknowledgements exist on another page.</param>
/// <param name="Evidence">The messages that HQ refused.</param>
/// <param name="Diff">The last question where the cluster is not what should run, with its answer; null if nobody has asked.</param>
/// <param name="Preflights">The newest preflights, the newest first.</param>
/// <param name="MayChange">Whether the caller is an operator.</param>
/// <param name="Notice">The result of the last action, or null.</param>
/// <param name="Now">The time for which the page is rendered.</param>
public sealed record SiteModel(
    FleetRow Row,
    IReadOnlyList<LedgerEntry> History,
    LedgerPosition? OlderThan,
    bool IsOlderPage,
    IReadOnlyList<EvidenceRow> Evidence,
    SiteDiff? Diff,
    IReadOnlyList<LedgerEntry> Preflights,
    bool MayChange,
    string? Notice,
    DateTimeOffset Now);
