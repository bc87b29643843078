using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Marks the evidence of a site as reviewed.</summary>
internal sealed partial class EvidenceReviewer(
    EvidenceStore evidence, FleetStore store, FleetProjection fleet, FleetLock fleetLock, TimeProvider clock, ILogger<EvidenceReviewer> logger)
{
    public void Review(SiteKey site, long throughId, string by)
    {
        var reviewed = fleetLock.Run(() =>
        {
            var count = evidence.Review(site, throughId, by, clock.GetUtcNow());
            fleet.Replace([store.Load(site)]);
            return count;
        });
        LogReviewed(logger, site, reviewed, by);
    }

    [LoggerMessage(HqEventIds.EvidenceReviewed, LogLevel.Information, "{User} reviewed the evidence of {Site}: {Count} messages")]
    private static partial void LogReviewed(ILogger logger, SiteKey site, int count, string user);
}
