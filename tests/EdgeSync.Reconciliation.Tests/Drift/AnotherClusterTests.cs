using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>A cluster that was installed again is recognized and reported, and everything is written to it again.</summary>
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
        await PassAsync(world);
        Assert.Equal("first", world.Record.Cluster);
        world.Acknowledged.Clear();

        world.Cluster = "second";
        var status = await PassAsync(world);
        var again = await PassAsync(world);

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
        await PassAsync(world);
        world.Acknowledged.Clear();

        world.Cluster = null;
        await PassAsync(world);

        Assert.Empty(world.Acknowledged);
        Assert.Equal("first", world.Record.Cluster);
    }

    // A process of its own: it starts, makes one pass, and ends.
    private static async Task<ChannelStatus> PassAsync(LiveWorld world)
    {
        await using var worker = world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        var status = await worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
        return status;
    }
}
