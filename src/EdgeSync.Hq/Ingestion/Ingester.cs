using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Monitoring;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Verifies a batch of messages, stores the result, and updates the pages. The caller answers the sites only afterwards.</summary>
internal sealed class Ingester(FleetStore store, FleetProjection fleet, FleetLock fleetLock, HqMetrics metrics, TimeProvider clock)
{
    private readonly IngestPlanner _planner = new(fleet, store.FindPayload, new ResendThrottle());

    public IngestPlan Ingest(IReadOnlyList<InboundMessage> batch)
    {
        var started = clock.GetTimestamp();
        var plan = fleetLock.Run(() => StoreAndShow(batch));
        metrics.RecordBatch(plan, clock.GetElapsedTime(started));
        return plan;
    }

    private IngestPlan StoreAndShow(IReadOnlyList<InboundMessage> batch)
    {
        var plan = _planner.Plan(batch);
        if (!plan.IsEmpty)
        {
            store.Commit(plan);
            Show(plan);
        }

        return plan;
    }

    private void Show(IngestPlan plan)
    {
        foreach (var suspect in plan.Evidence.Select(e => e.Site).Distinct().Where(s => fleet.TryGet(s, out _)))
        {
            plan.Sites[suspect] = store.Load(suspect);
        }

        fleet.Replace(plan.Sites.Values);
    }
}
