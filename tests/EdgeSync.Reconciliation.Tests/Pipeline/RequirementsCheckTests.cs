using EdgeSync.Bundles.Metadata;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class RequirementsCheckTests
{
    private static readonly SiteProfile Site = new("retail", "store-0042", new Dictionary<string, string>(), "0.1.0");
    private readonly VersionOnly _cluster = new();

    [Theory]
    [InlineData(null, null)]
    [InlineData(">=1.27 <1.33", ">=0.1")]
    [InlineData("=1.31.4", null)]
    public async Task CheckAsync_SiteHasWhatIsNeeded_Passes(string? kubernetes, string? agent)
    {
        await CheckAsync(kubernetes, agent);
    }

    [Fact]
    public async Task CheckAsync_OlderKubernetes_IsRefusedWithBothVersions()
    {
        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => CheckAsync(">=1.32", null));

        Assert.Equal((ReasonCodes.RequirementsNotMet, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Equal("the bundle needs Kubernetes >=1.32, and this site has v1.31.4+k3s1", failure.Message);
    }

    [Fact]
    public async Task CheckAsync_OlderAgent_IsRefusedWithoutAskingTheCluster()
    {
        _cluster.Away = new StorageException("Unasked", "nobody should ask");

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => CheckAsync(">=1.27", ">=0.2"));

        Assert.Equal(
            (ReasonCodes.RequirementsNotMet, "the bundle needs the agent >=0.2, and this site has 0.1.0"), (failure.Reason, failure.Message));
    }

    [Fact]
    public async Task CheckAsync_ClusterAway_WaitsAndRefusesNothing()
    {
        // As at a cold boot, when the kubeconfig does not exist yet: stalled, and no fault of the bundle.
        _cluster.Away = new StorageException("KubeconfigMissing", "no kubeconfig") { Disposition = Disposition.Stalled };

        var failure = await Assert.ThrowsAsync<ReconciliationException>(() => CheckAsync(">=1.27", null));

        Assert.Equal(("KubeconfigMissing", Disposition.Transient), (failure.Reason, failure.Disposition));
        Assert.Contains("needs Kubernetes >=1.27, and the cluster does not say its version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_NoKubernetesNeeded_DoesNotAskTheCluster()
    {
        _cluster.Away = new StorageException("Unasked", "nobody should ask");

        await CheckAsync(null, ">=0.1");
    }

    private Task CheckAsync(string? kubernetes, string? agent) => new RequirementsCheck(_cluster, Site).CheckAsync(
        new BundleRequirements { Kubernetes = kubernetes, Agent = agent }, Digest.Of("bundle"u8), CancellationToken.None);

    private sealed class VersionOnly : NoCluster
    {
        public EdgeSyncException? Away { get; set; }

        public override Task<string> GetVersionAsync(CancellationToken cancellationToken) =>
            Away is { } failure ? Task.FromException<string>(failure) : Task.FromResult("v1.31.4+k3s1");
    }
}
