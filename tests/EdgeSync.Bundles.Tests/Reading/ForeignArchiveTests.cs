using System.Text;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Tests.Archives;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;

namespace EdgeSync.Bundles.Tests.Reading;

/// <summary>Artifacts as Flux pushes them.</summary>
public sealed class ForeignArchiveTests : IDisposable
{
    private const string ConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(BundleMediaTypes.FluxLayer)]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip")]
    public async Task InspectAsync_ArchiveOfYaml_IsOneComponentWithoutImages(string mediaType)
    {
        var layer = new TarBytes().Entry("./", type: '5').Entry("./b.yaml", BundleFixture.Deployment("web", "nginx:1")).Entry("./a.yml", ConfigMap)
            .Entry("./README.md", "not looked at: [").End().Gzip();

        var bundle = await InspectAsync(mediaType, layer, new() { ["org.opencontainers.image.revision"] = "main@sha1:b3b00fe3" });

        Assert.Equal(BundleOrigin.Archive, bundle.Origin);
        Assert.Equal(["ConfigMap a", "Deployment default/web"], Assert.Single(bundle.Components).Objects.Select(item => item.Id.ToString()));
        Assert.Empty(bundle.Images);
        Assert.Equal(["nginx:1"], bundle.ImageReferences);
        Assert.Equal(("archive", "main-sha1-b3b00fe3"), (bundle.Metadata.Name, bundle.Metadata.Version));
    }

    [Fact]
    public async Task InspectAsync_ArchiveWithTitleAndVersion_HasThem()
    {
        var bundle = await InspectAsync(
            BundleMediaTypes.FluxLayer, Tar(("a.yaml", ConfigMap)),
            new() { ["org.opencontainers.image.title"] = "shop", ["org.opencontainers.image.version"] = "1.2.3" });

        Assert.Equal(("shop", "1.2.3"), (bundle.Metadata.Name, bundle.Metadata.Version));
    }

    [Fact]
    public async Task InspectAsync_ArchiveThatWantsKustomize_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(
            BundleMediaTypes.FluxLayer, Tar(("a.yaml", ConfigMap), ("base/kustomization.yaml", "resources: [../a.yaml]\n"))));

        Assert.Contains("kustomize build", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_FilesThatAreNoManifests_AreSkipped()
    {
        var layer = new TarBytes().Entry("a.YAML", ConfigMap).Entry("._a.yaml", "\0\u0005\u0016\u0007").Entry(".github/workflow.yaml", "on: [push]")
            .Entry("values.yaml", "replicas: 1\n").Entry("values-prod.yaml", "kind: DaemonSet\n").Entry("dashboard.json", "{\"panels\": []}")
            .Entry("b.json", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}").Entry("a.yaml~", "[").End().Gzip();

        var bundle = await InspectAsync(BundleMediaTypes.FluxLayer, layer);

        Assert.Equal(["ConfigMap a", "ConfigMap b"], bundle.Objects.Select(item => item.Id.ToString()));
        Assert.Equal(["a.YAML", "b.json"], Assert.Single(bundle.Metadata.Components).Files);
    }

    [Theory]
    [InlineData("metadata: {name: a}\nkind: ConfigMap\n", "no apiVersion")]
    [InlineData("apiVersion: v1\nspec: {}\n", "no kind")]
    [InlineData("replicas: {{ .Values.replicas }}\nname: x\n", "a.yaml:1:")]
    public async Task InspectAsync_ManifestWithAMistake_IsRefused(string content, string words)
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(BundleMediaTypes.FluxLayer, Tar(("a.yaml", content), ("b.yaml", ConfigMap))));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_HelmChart_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(
            BundleMediaTypes.FluxLayer, Tar(("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"), ("b.yaml", ConfigMap))));

        Assert.Contains("helm template", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_ArchiveWithoutObjects_IsBundleEmpty()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(BundleMediaTypes.FluxLayer, Tar(("README.md", "nothing"))));

        Assert.Equal(ReasonCodes.BundleEmpty, failure.Reason);
    }

    [Fact]
    public async Task InspectAsync_ObjectTwice_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(BundleMediaTypes.FluxLayer, Tar(("a.yaml", ConfigMap), ("b.yaml", ConfigMap))));

        Assert.Contains("twice", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.v1.tar")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+zstd")]
    [InlineData(BundleMediaTypes.Layer)]
    public async Task InspectAsync_LayerOfAnotherType_IsNoBundle(string mediaType)
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => InspectAsync(mediaType, Tar(("a.yaml", ConfigMap))));

        Assert.Contains("it is no bundle", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _fixture.Dispose();
    }

    private static byte[] Tar(params (string Path, string Content)[] files) =>
        ContentArchiveWriter.Write(files.Select(file => new ArchiveFile(file.Path, Encoding.UTF8.GetBytes(file.Content))));

    private async Task<BundleContent> InspectAsync(string mediaType, byte[] layer, Dictionary<string, string>? annotations = null)
    {
        var store = await _fixture.OpenAsync("store");
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = await store.WriteAsync("application/vnd.cncf.flux.config.v1+json", "{}"u8.ToArray(), _limit.Token),
            Layers = [await store.WriteAsync(mediaType, layer, _limit.Token)],
            Annotations = annotations,
        };
        var root = await store.WriteAsync(MediaTypes.ImageManifest, OciJson.Write(manifest), _limit.Token);
        return await BundleReader.InspectAsync(root.Digest, store, _limit.Token);
    }
}
