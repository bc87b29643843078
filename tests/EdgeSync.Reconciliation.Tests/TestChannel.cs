using EdgeSync.Kubernetes.Apply;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>A channel's state machine and drift loop without a worker: the test decides what happens next.</summary>
internal sealed class TestChannel(ChannelPipeline pipeline)
{
    public ChannelRecord Record => pipeline.Machine.Record;

    public Failure? Distrust => pipeline.Machine.Distrust;

    public Task<bool> PollAsync(CancellationToken cancellationToken) => pipeline.Machine.PollAsync(cancellationToken);

    public SiteWait SiteWait => pipeline.Machine.SiteWait;

    public bool Lift(EdgeSync.Primitives.Digest bundle, string by, DateTimeOffset now) =>
        pipeline.Journal.Commit(record => SiteTransitions.Lifted(record, bundle, by, now));

    public void CheckFreshness() => pipeline.Machine.CheckFreshness();

    public Task AdvanceAsync(CancellationToken cancellationToken) => pipeline.Machine.AdvanceAsync(cancellationToken);

    public Task<LiveBundle?> GetLiveAsync(CancellationToken cancellationToken) => pipeline.Machine.GetLiveAsync(cancellationToken);

    public Task<IReadOnlyList<ObjectChange>> RepairAsync(LiveBundle live, CancellationToken cancellationToken) =>
        pipeline.Drift.RepairAsync(live, cancellationToken);

    public Task<bool> RecheckAsync(LiveBundle live, CancellationToken cancellationToken) => pipeline.Drift.RecheckAsync(live, cancellationToken);
}
