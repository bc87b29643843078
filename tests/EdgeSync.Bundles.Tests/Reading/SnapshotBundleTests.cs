using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Snapshots;

namespace EdgeSync.Bundles.Tests.Reading;

/// <summary>What a bundle says about snapshots of volumes, from the folder to the site.</summary>
public sealed class SnapshotBundleTests : IDisposable
{
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task InspectAsync_Snapshots_AreThoseOfTheFolder()
    {
        var content = await BuildAsync("snapshots:\n  - {claim: data, namespace: shop, class: fast, restore: true, timeout: 5m}\n  - {claim: cache, required: false}\n");

        Assert.Equal(BundleMetadata.SnapshotSchema, content.Metadata.Schema);
        Assert.Equal(
            [
                new SnapshotRequest { Claim = "data", Namespace = "shop", Class = "fast", Restore = true, TimeoutSeconds = 300 },
                new SnapshotRequest { Claim = "cache", Optional = true },
            ],
            content.Metadata.Snapshots);
        Assert.Equal(SnapshotRequest.DefaultTimeout, content.Metadata.Snapshots![1].Limit);
    }

    [Fact]
    public async Task InspectAsync_NoSnapshots_KeepsTheSchemaThatOlderAgentsKnow()
    {
        var content = await BuildAsync("");

        Assert.Equal((BundleMetadata.CurrentSchema, null), (content.Metadata.Schema, content.Metadata.Snapshots));
    }

    [Fact]
    public async Task InspectAsync_ClaimOfTheClusterItself_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => BuildAsync("snapshots: [{claim: data, namespace: edgesync-system}]\n"));

        Assert.Contains("PersistentVolumeClaim edgesync-system/data belongs to the cluster or to EdgeSync itself", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BundleMetadata.HookSchema, "data", null, "it asks for snapshots of volumes, and its schema is not edgesync.dev/bundle/v5")]
    [InlineData(BundleMetadata.SnapshotSchema, "Data", null, "what it says about snapshots is refused")]
    [InlineData(BundleMetadata.SnapshotSchema, "data", 0, "what it says about snapshots is refused")]
    public void FindProblems_SnapshotsOfAnotherBuilder_AreHeldToTheSameRules(string schema, string claim, int? timeout, string problem)
    {
        var metadata = new BundleMetadata
        {
            Schema = schema,
            Name = "shop",
            Version = "1",
            Components = [new ComponentMetadata { Name = "shop", Files = ["shop.yaml"] }],
            Images = [],
            Snapshots = [new SnapshotRequest { Claim = claim, TimeoutSeconds = timeout }],
        };

        Assert.Equal([problem], MetadataRules.FindProblems(metadata));
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _limit.Dispose();
    }

    private async Task<BundleContent> BuildAsync(string more)
    {
        _fixture.Define(more).Write("shop.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}\n");
        var store = await _fixture.OpenAsync("out");
        return await BundleReader.InspectAsync((await _fixture.BuildAsync(store, _limit.Token)).Descriptor.Digest, store, _limit.Token);
    }
}
