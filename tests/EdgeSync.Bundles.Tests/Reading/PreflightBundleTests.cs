using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Hooks;

namespace EdgeSync.Bundles.Tests.Reading;

/// <summary>The checks that a bundle brings for a preflight, from the folder to the site.</summary>
public sealed class PreflightBundleTests : IDisposable
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
    private const string Job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: verify, namespace: shop, annotations: {edgesync.dev/hook: HOOK}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: \"registry.example/a:1\"}]}}}\n";
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task InspectAsync_Probes_AreThoseOfTheFolder()
    {
        var content = await BuildAsync("preflight:\n  - {name: till, service: web, namespace: shop, port: 80, path: /ready, scheme: https, status: 204, timeout: 5s}\n  - {name: plain, service: web, port: http}\n", Service);

        Assert.Equal(BundleMetadata.PreflightSchema, content.Metadata.Schema);
        Assert.Equal(
            [
                new ServiceProbe { Name = "till", Service = "web", Namespace = "shop", Port = "80", Path = "/ready", Scheme = "https", Status = 204, TimeoutSeconds = 5 },
                new ServiceProbe { Name = "plain", Service = "web", Port = "http" },
            ],
            content.Metadata.Preflight);
    }

    [Fact]
    public async Task InspectAsync_JobOfACheck_IsNeitherAnObjectNorAHookOfAnActivation()
    {
        var content = await BuildAsync("ignoreImages: [registry.example/*]\n", Service + Job.Replace("HOOK", "preflight", StringComparison.Ordinal));

        Assert.Equal(BundleMetadata.PreflightSchema, content.Metadata.Schema);
        Assert.Equal(["web"], content.Objects.Select(item => item.Name));
        Assert.Empty(content.Hooks);
        Assert.Equal("verify", Assert.Single(content.Checks).Job.Name);
        Assert.Empty(content.FindNeeds(HookMoment.PreActivate, "shop"));
    }

    [Theory]
    [InlineData("pre-activate", BundleMetadata.HookSchema)]
    [InlineData(null, BundleMetadata.CurrentSchema)]
    public async Task InspectAsync_NoChecks_KeepsTheSchemaThatOlderAgentsKnow(string? hook, string schema)
    {
        var content = await BuildAsync("ignoreImages: [registry.example/*]\n", hook is null ? Service : Service + Job.Replace("HOOK", hook, StringComparison.Ordinal));

        Assert.Equal((schema, null), (content.Metadata.Schema, content.Metadata.Preflight));
    }

    [Fact]
    public async Task BuildAsync_ServiceThatTheBundleLacks_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => BuildAsync("preflight: [{name: till, service: web, namespace: other, port: 80}]\n", Service));

        Assert.Contains("the check 'till' asks the Service 'web', which is not in the bundle in the namespace 'other' (preflight-unmatched)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BundleMetadata.SnapshotSchema, "till", "/", "it has checks for a preflight, and its schema is not edgesync.dev/bundle/v6")]
    [InlineData(BundleMetadata.PreflightSchema, "Till", "/", "what it says about a preflight is refused")]
    [InlineData(BundleMetadata.PreflightSchema, "till", "/../../secrets", "what it says about a preflight is refused")]
    public void FindProblems_ProbesOfAnotherBuilder_AreHeldToTheSameRules(string schema, string name, string path, string problem)
    {
        var metadata = new BundleMetadata
        {
            Schema = schema,
            Name = "shop",
            Version = "1",
            Components = [new ComponentMetadata { Name = "shop", Files = ["shop.yaml"] }],
            Images = [],
            Preflight = [new ServiceProbe { Name = name, Service = "web", Port = "80", Path = path }],
        };

        Assert.Equal([problem], MetadataRules.FindProblems(metadata));
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _limit.Dispose();
    }

    private async Task<BundleContent> BuildAsync(string more, string manifests)
    {
        _fixture.Define(more).Write("shop.yaml", manifests);
        var store = await _fixture.OpenAsync("out");
        return await BundleReader.InspectAsync((await _fixture.BuildAsync(store, _limit.Token)).Descriptor.Digest, store, _limit.Token);
    }
}
