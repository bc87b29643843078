using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>A cluster that was installed again is recognized and reported, and everything is written to it again, or only once a person allows it.</summary>
public sealed class AnotherClusterTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private const string Data = """
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: till}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: r.example/db:1}]}}
          volumeClaimTemplates:
            - metadata: {name: data}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}

        """;

    [Fact]
    public async Task Start_AnotherCluster_IsSaidOnceWithTheVolumesThatAreEmpty()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Publish(1, await world.AddBundleAsync("ignoreImages: [\"r.example/*\"]\n", "1", Data));
        await world.PassOnceAsync();
        Assert.Equal("first", world.Record.Cluster);
        world.Acknowledged.Clear();

        world.Cluster = "second";
        var status = await world.PassOnceAsync();
        var again = await world.PassOnceAsync();

        var said = Assert.Single(world.Acknowledged);
        Assert.Equal(AcknowledgementEvent.Drifted, said.Event);
        Assert.StartsWith("this is another cluster than before", said.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "shop 1 is rebuilt in it; volumes are new and empty, restore their data: PersistentVolumeClaim till; the claims of StatefulSet db",
            said.Message,
            StringComparison.Ordinal);
        Assert.Equal((ChannelState.Healthy, said.Message), (status.State, status.Message));
        Assert.Equal(said.Message, again.Message);
        Assert.Equal("second", world.Record.Cluster);
    }

    [Fact]
    public async Task Start_ClusterThatDoesNotSayWhichItIs_IsTakenForTheSame()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Publish(1);
        await world.PassOnceAsync();
        world.Acknowledged.Clear();

        world.Cluster = null;
        await world.PassOnceAsync();

        Assert.Empty(world.Acknowledged);
        Assert.Equal("first", world.Record.Cluster);
    }

    [Fact]
    public async Task Manual_AnotherCluster_IsNotWrittenToAndIsSaidOnce()
    {
        using var world = await ReplacedAsync();

        var status = await world.PassOnceAsync();
        var again = await world.PassOnceAsync();

        Assert.Equal((0, 0), Writes(world));
        var said = Assert.Single(world.Acknowledged);
        Assert.Equal((AcknowledgementEvent.Drifted, ReasonCodes.ClusterReplaced), (said.Event, said.Reason));
        Assert.EndsWith(
            "shop 1 is not rebuilt in it until somebody at the site allows that; volumes are new and empty, restore their data: PersistentVolumeClaim till; the claims of StatefulSet db",
            said.Message,
            StringComparison.Ordinal);
        Assert.Equal((ChannelState.Degraded, ReasonCodes.ClusterReplaced, said.Message), (status.State, status.Reason, status.Message));
        Assert.Contains("edgesync rebuild --yes", status.Hint, StringComparison.Ordinal);
        Assert.Equal((status.State, status.Reason, status.Message), (again.State, again.Reason, again.Message));
        Assert.Equal(("first", (Digest?)null), (world.Record.Cluster, world.Record.Fingerprint));
    }

    [Fact]
    public async Task Manual_WithoutAgent_TheLastKnownStatusSaysIt()
    {
        using var world = await ReplacedAsync();
        var live = await world.PassOnceAsync();

        var stored = ChannelStatusBuilder.LastKnown(world.Record);

        Assert.Equal((live.State, live.Reason, live.Message, live.Hint), (stored.State, stored.Reason, stored.Message, stored.Hint));
    }

    [Fact]
    public async Task Manual_NewRelease_WaitsStagedAndIsNotEvenTried()
    {
        using var world = await ReplacedAsync();
        world.Publish(2, world.Second);
        var trials = world.Trials;

        var status = await world.PassOnceAsync();

        Assert.Equal((0, 0), Writes(world));
        Assert.Equal(trials, world.Trials);
        Assert.Equal((ChannelState.Waiting, ReasonCodes.ClusterReplaced, TargetProgress.Staged), (status.State, status.Reason, world.Record.Progress));
        Assert.Null(world.Record.FindQuarantine(world.Second));
    }

    [Fact]
    public async Task Manual_AnotherClusterWhileTheAgentRuns_DriftIsNotRepaired()
    {
        using var world = await LiveWorld.CreateAsync();
        world.IsRebuiltByHand = true;
        world.Publish(1);
        await using var worker = world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        var writes = world.WholeWrites;

        world.Cluster = "second";
        world.Drift();
        Assert.True(await world.Replacements.WaitAsync(Bound));
        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);

        Assert.Equal((writes, 0), Writes(world));
        Assert.Equal((ChannelState.Degraded, ReasonCodes.ClusterReplaced), (status.State, status.Reason));

        worker.AllowRebuild("second", "anna");
        Assert.True(await world.Repairs.WaitAsync(Bound));
        status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);

        Assert.Equal(writes + 1, world.WholeWrites);
        Assert.Equal((ChannelState.Healthy, "second"), (status.State, world.Record.Cluster));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
    }

    [Fact]
    public async Task Manual_AnotherClusterBeforeThePrune_NothingIsDeleted()
    {
        using var world = await LiveWorld.CreateAsync();
        world.IsRebuiltByHand = true;
        world.Publish(1);
        await world.PassOnceAsync();
        var prunes = world.Prunes;
        world.Publish(2, world.Second);
        var healthy = new TaskCompletionSource();
        world.HealthComes = healthy.Task;
        var channel = world.Start();
        await channel.PollAsync(default);
        while (world.HealthWaits.CurrentCount > 0)
        {
            await world.HealthWaits.WaitAsync();
        }

        var advancing = channel.AdvanceAsync(default);
        Assert.True(await world.HealthWaits.WaitAsync(Bound));
        world.Cluster = "second";
        healthy.SetResult();

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => advancing.WaitAsync(Bound));
        Assert.Equal((ReasonCodes.ClusterReplaced, prunes, TargetProgress.Healthy), (failure.Reason, world.Prunes, channel.Record.Progress));
    }

    [Fact]
    public async Task Manual_AnotherClusterDuringARollback_TheRollbackWaits()
    {
        using var world = await LiveWorld.CreateAsync();
        world.IsRebuiltByHand = true;
        world.Publish(1);
        await world.PassOnceAsync();
        world.Publish(2, world.Second);
        world.IsHealthy = false;
        var channel = world.Start();
        await channel.PollAsync(default);
        var healthy = new TaskCompletionSource();
        world.HealthComes = healthy.Task;
        while (world.HealthWaits.CurrentCount > 0)
        {
            await world.HealthWaits.WaitAsync();
        }

        var advancing = channel.AdvanceAsync(default);
        Assert.True(await world.HealthWaits.WaitAsync(Bound));
        var writes = world.WholeWrites;
        world.Cluster = "second";
        healthy.SetResult();

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => advancing.WaitAsync(Bound));
        Assert.Equal((ReasonCodes.ClusterReplaced, writes, TargetProgress.RollingBack), (failure.Reason, world.WholeWrites, channel.Record.Progress));
    }

    [Fact]
    public async Task Manual_SomebodyAllowsIt_IsRebuiltAndSaysWhoAndWhat()
    {
        using var world = await ReplacedAsync();
        await world.PassOnceAsync();
        world.Acknowledged.Clear();

        ChannelWorker.AllowRebuild(world, "stable", "second", "anna", world.Time.GetUtcNow());
        ChannelWorker.AllowRebuild(world, "stable", "second", "anna", world.Time.GetUtcNow());
        var status = await world.PassOnceAsync();

        Assert.Equal((1, 0), Writes(world));
        Assert.Collection(
            world.Acknowledged,
            allowed => Assert.Equal(
                (AcknowledgementEvent.Released, "anna allowed channel stable to be rebuilt in the cluster second"), (allowed.Event, allowed.Message)),
            rebuilt => Assert.Contains("shop 1 is rebuilt in it; volumes are new and empty", rebuilt.Message, StringComparison.Ordinal));
        Assert.Equal((ChannelState.Healthy, "second", (ClusterRebuild?)null), (status.State, world.Record.Cluster, world.Record.Rebuild));
        Assert.NotNull(world.Record.Fingerprint);
    }

    [Fact]
    public async Task Manual_AllowedForAnotherCluster_IsNotWrittenTo()
    {
        using var world = await ReplacedAsync();
        await world.PassOnceAsync();
        ChannelWorker.AllowRebuild(world, "stable", "second", "anna", world.Time.GetUtcNow());
        world.Cluster = "third";

        var status = await world.PassOnceAsync();

        Assert.Equal((0, 0), Writes(world));
        Assert.Equal((ReasonCodes.ClusterReplaced, "third"), (status.Reason, world.Record.Rebuild?.Cluster));
    }

    [Fact]
    public async Task Manual_TheOldClusterComesBack_IsRepairedAsBefore()
    {
        using var world = await ReplacedAsync();
        await world.PassOnceAsync();
        world.Cluster = "first";

        var status = await world.PassOnceAsync();

        Assert.Equal((ChannelState.Healthy, (string?)null), (status.State, status.Reason));
        Assert.Equal(("first", (ClusterRebuild?)null), (world.Record.Cluster, world.Record.Rebuild));
        Assert.NotNull(world.Record.Fingerprint);
    }

    [Fact]
    public async Task Manual_ClusterThatDoesNotSayWhichItIs_IsNotWrittenTo()
    {
        using var world = await ReplacedAsync();
        world.Cluster = null;

        var status = await world.PassOnceAsync();

        Assert.Equal((0, 0), Writes(world));
        Assert.Equal(ReasonCodes.ClusterReplaced, status.Reason);
        Assert.Null(world.Record.Rebuild);
    }

    [Fact]
    public async Task Manual_NewChannelOfASiteThatWaits_WaitsToo()
    {
        using var world = await LiveWorld.CreateAsync();
        var acknowledge = new AcknowledgeStep(world, new PipelineMetrics(world.Meter), NullLogger.Instance);
        var old = new ChannelJournal(new ChannelRecord { Channel = "stable", Cluster = "first" }, acknowledge);
        var added = new ChannelJournal(new ChannelRecord { Channel = "tools" }, acknowledge);
        world.Cluster = "second";
        var guard = new ClusterGuard(world, added, [old, added], recall: null!, isManual: true, world.Time);

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => guard.CheckAsync(default));
        added.Commit(record => SiteTransitions.RebuildAllowed(record, "second", "anna", world.Time.GetUtcNow()));
        await guard.CheckAsync(default);

        Assert.Contains("channel tools is not rebuilt in it", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("second", (ClusterRebuild?)null), (added.Record.Cluster, added.Record.Rebuild));
    }

    [Fact]
    public async Task Manual_FirstRelease_NeedsNobody()
    {
        using var world = await LiveWorld.CreateAsync();
        world.IsRebuiltByHand = true;
        world.Publish(1);

        var status = await world.PassOnceAsync();

        Assert.Equal((ChannelState.Healthy, "first"), (status.State, world.Record.Cluster));
    }

    // A site that a person rebuilds, with volumes, whose cluster was installed again while the agent was off.
    private static async Task<LiveWorld> ReplacedAsync()
    {
        var world = await LiveWorld.CreateAsync();
        world.IsRebuiltByHand = true;
        world.Publish(1, await world.AddBundleAsync("ignoreImages: [\"r.example/*\"]\n", "1", Data));
        await world.PassOnceAsync();
        world.Cluster = "second";
        world.Acknowledged.Clear();
        world.ForgetWrites();
        return world;
    }

    private static (int Whole, int Single) Writes(LiveWorld world) => (world.WholeWrites, world.Restored.Count);
}
