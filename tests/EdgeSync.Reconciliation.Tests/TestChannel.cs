using EdgeSync.Kubernetes.Apply;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>A channel's state machine and drift loop without a worker: the test decides what happens next.</summary>
internal sealed class TestChannel(ChannelPipeline pipeline)
{
    public ChannelRecord Record => pipeline.Machine.Record;

    public Failure? Distrust => pipeline.Machine.Live.Distrust;

    public Task<bool> PollAsync(CancellationToken cancellationToken) => pipeline.Machine.PollAsync(cancellationToken);

    public SiteWait SiteWait => pipeline.Machine.SiteWait;

    public bool Lift(EdgeSync.Primitives.Digest bundle, string by, DateTimeOffset now) =>
        pipeline.Journal.Commit(record => SiteTransitions.Lifted(record, bundle, by, now));

    public void CheckFreshness() => pipeline.Machine.CheckFreshness();

    public Task AdvanceAsync(CancellationToken cancellationToken) => pipeline.Machine.AdvanceAsync(cancellationToken);

    /// <summary>What is live, once the follower has checked it.</summary>
    public async Task<LiveBundle?> GetLiveAsync(CancellationToken cancellationToken)
    {
        await PassLoop.TryAsync(pipeline.Machine.Live.CheckAsync, cancellationToken);
        return await pipeline.Machine.Live.GetAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ObjectChange>> RepairAsync(LiveBundle live, CancellationToken cancellationToken) =>
        Assert.IsAssignableFrom<IReadOnlyList<ObjectChange>>(await pipeline.Drift.RepairAsync(live, cancellationToken));

    public Task<bool> RecheckAsync(LiveBundle live, CancellationToken cancellationToken) => pipeline.Drift.RecheckAsync(live, cancellationToken);
}
