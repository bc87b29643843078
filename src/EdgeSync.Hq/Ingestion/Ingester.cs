using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Takes a batch of messages: judge, store durably, show. Only after that may anything be answered.</summary>
internal sealed class Ingester(FleetStore store, FleetProjection fleet, FleetGate gate)
{
    private readonly IngestPlanner _planner = new(fleet, store.FindPayload, new ResendPacing());

    public IngestPlan Ingest(IReadOnlyList<InboundMessage> batch) => gate.Run(() =>
    {
        var plan = _planner.Plan(batch);
        if (!plan.IsEmpty)
        {
            store.Commit(plan);
            Show(plan);
        }

        return plan;
    });

    private void Show(IngestPlan plan)
    {
        foreach (var suspect in plan.Evidence.Select(e => e.Site).Distinct().Where(s => fleet.TryGet(s, out _)))
        {
            plan.Sites[suspect] = store.Load(suspect);
        }

        fleet.Replace(plan.Sites.Values);
    }
}
