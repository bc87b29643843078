using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Pages;

/// <summary>What the page of one site shows.</summary>
/// <param name="Row">The site and what its state means now.</param>
/// <param name="History">A part of its acknowledgements, the newest first.</param>
/// <param name="OlderThan">Where the next part begins; null at the end.</param>
/// <param name="IsOlderPage">Whether this part is not the newest.</param>
/// <param name="Evidence">What was refused.</param>
/// <param name="MayChange">Whether the caller is an operator.</param>
/// <param name="Notice">What the last action did, or null.</param>
/// <param name="Now">The moment of the page.</param>
public sealed record SiteModel(
    FleetRow Row,
    IReadOnlyList<LedgerEntry> History,
    LedgerPosition? OlderThan,
    bool IsOlderPage,
    IReadOnlyList<EvidenceRow> Evidence,
    bool MayChange,
    string? Notice,
    DateTimeOffset Now);
