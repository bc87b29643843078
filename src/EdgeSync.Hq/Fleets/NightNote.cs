using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Hq.Fleets;

/// <summary>The newest report of a night that HQ has of a site.</summary>
/// <param name="Report">The report, as the signed ledger has it.</param>
/// <param name="ReceivedAt">When HQ received it.</param>
public sealed record NightNote(NightReport Report, DateTimeOffset ReceivedAt);
