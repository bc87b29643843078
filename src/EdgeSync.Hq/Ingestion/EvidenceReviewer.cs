using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Notes that a person has looked at a site's evidence.</summary>
internal sealed partial class EvidenceReviewer(
    EvidenceStore evidence, FleetStore store, FleetProjection fleet, FleetGate gate, TimeProvider clock, ILogger<EvidenceReviewer> logger)
{
    public void Review(SiteKey site, long throughId, string by)
    {
        var reviewed = gate.Run(() =>
        {
            var count = evidence.Review(site, throughId, by, clock.GetUtcNow());
            fleet.Replace([store.Load(site)]);
            return count;
        });
        LogReviewed(logger, site, reviewed, by);
    }

    [LoggerMessage(HqEventIds.EvidenceReviewed, LogLevel.Information, "Evidence of {Site} reviewed, {Count} messages, by {User}")]
    private static partial void LogReviewed(ILogger logger, SiteKey site, int count, string user);
}
