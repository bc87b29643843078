using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Testbed.Images;

namespace EdgeSync.Bundles.Tests.Building;

public sealed class BundleBuilderTests : IDisposable
{
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task BuildAsync_Twice_GivesTheSameDigest()
    {
        await _fixture.WithWebAsync();

        var first = await _fixture.BuildAsync(await _fixture.OpenAsync("first"), _limit.Token);
        var second = await _fixture.BuildAsync(await _fixture.OpenAsync("second"), _limit.Token);

        Assert.Equal(first.Descriptor.Digest, second.Descriptor.Digest);
    }

    [Fact]
    public async Task BuildAsync_FilesMadeInAnotherOrderAtAnotherTime_GivesTheSameDigest()
    {
        using var other = new BundleFixture();
        var names = Enumerable.Range(0, 40).Select(i => $"folder-{i % 7}/file-{i}.yaml").ToList();
        foreach (var (fixture, order) in new[] { (_fixture, names), (other, names.OrderBy(name => name.GetHashCode(StringComparison.Ordinal)).ToList()) })
        {
            fixture.Define();
            foreach (var name in order)
            {
                fixture.Write(name, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {Path.GetFileNameWithoutExtension(name)}, namespace: default}}\n");
                File.SetLastWriteTimeUtc(Path.Combine(fixture.Source, name), new DateTime(2020, 1, 1 + order.IndexOf(name) % 28, 0, 0, 0, DateTimeKind.Utc));
                File.SetUnixFileMode(Path.Combine(fixture.Source, name), UnixFileMode.UserRead | (fixture == other ? UnixFileMode.UserExecute : 0));
            }
        }

        var first = await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token);
        var second = await other.BuildAsync(await other.OpenAsync("out"), _limit.Token);

        Assert.Equal(first.Descriptor.Digest, second.Descriptor.Digest);
    }

    // Should this fail, every bundle that is built again gets another digest.
    [Fact]
    public async Task BuildAsync_KnownFolder_HasTheKnownDigest()
    {
        _fixture.Define("components: [{name: a, path: a.yaml, namespace: default, healthTimeout: 5m}]\nrequires: {kubernetes: \">=1.27\"}\n")
            .Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");

        var built = await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token);

        Assert.Equal("sha256:c10566e273b116119ed2857e3ecb8b777d3a72dad2890a92ebbca6df00b26b91", built.Descriptor.Digest.ToString());
    }

    [Fact]
    public async Task BuildAsync_Bundle_FollowsTheDocumentedFormat()
    {
        await _fixture.WithWebAsync();
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        var index = await BundleFixture.ReadJsonAsync(store, built.Descriptor.Digest);
        Assert.Equal("application/vnd.oci.image.index.v1+json", (string?)index["mediaType"]);
        Assert.Equal(BundleMediaTypes.Bundle, (string?)index["artifactType"]);
        Assert.Equal("1970-01-01T00:00:00Z", (string?)index["annotations"]!["org.opencontainers.image.created"]);
        Assert.Equal("shop", (string?)index["annotations"]!["org.opencontainers.image.title"]);
        Assert.Equal("1.0.0", (string?)index["annotations"]!["org.opencontainers.image.version"]);
        Assert.Null(index["manifests"]![0]!["artifactType"]);
        Assert.Equal("unknown", (string?)index["manifests"]![0]!["platform"]!["os"]);
        Assert.Equal(BundleFixture.Web, (string?)index["manifests"]![1]!["annotations"]!["dev.edgesync.image"]);
        Assert.Equal(2, index["manifests"]!.AsArray().Count);

        var content = await BundleFixture.ReadJsonAsync(store, Digest.Parse((string)index["manifests"]![0]!["digest"]!));
        Assert.Equal(BundleMediaTypes.Content, (string?)content["artifactType"]);
        Assert.Equal(BundleMediaTypes.Metadata, (string?)content["config"]!["mediaType"]);
        Assert.Equal(BundleMediaTypes.Layer, (string?)Assert.Single(content["layers"]!.AsArray())!["mediaType"]);
        Assert.Equal("1.0.0", built.Tag);
        Assert.Equal(built.Descriptor.Digest, (await store.Tags.FindAsync("1.0.0", _limit.Token))!.Digest);
    }

    [Fact]
    public async Task BuildAsync_ReadyWhen_IsInTheMetadataAsDocumented()
    {
        _fixture.Define("components: [{name: a, path: a.yaml, readyWhen: [{kind: ConfigMap, name: a, path: .data.done, value: x}, {kind: ConfigMap, path: .data}]}]\n")
            .Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n");
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        var index = await BundleFixture.ReadJsonAsync(store, built.Descriptor.Digest);
        var content = await BundleFixture.ReadJsonAsync(store, Digest.Parse((string)index["manifests"]![0]!["digest"]!));
        var metadata = await BundleFixture.ReadJsonAsync(store, Digest.Parse((string)content["config"]!["digest"]!));
        Assert.Equal(
            """[{"kind":"ConfigMap","name":"a","path":".data.done","value":"x"},{"kind":"ConfigMap","path":".data"}]""",
            metadata["components"]![0]!["readyWhen"]!.ToJsonString());
    }

    [Fact]
    public async Task BuildAsync_IgnoreRules_AreOfTheirObjectsAndMarkTheBundleForAgentsThatKnowThem()
    {
        _fixture.Define(
            """
            ignore: [{kind: Secret, fields: [/data]}]
            components:
              - {name: a, path: a.yaml, ignore: [{kind: ConfigMap, name: a-*, namespace: default, fields: [/data/x]}]}
              - {name: b, path: b.yaml}

            """)
            .Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n")
            .Write("b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: default}\n");
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        var content = await BundleReader.InspectAsync(built.Descriptor.Digest, store, _limit.Token);
        Assert.Equal("edgesync.dev/bundle/v3", content.Metadata.Schema);
        Assert.Equal(["/data", "/data/x"], content.Objects[0].Ignore.SelectMany(rule => rule.Fields));
        Assert.Equal(["/data"], content.Objects[1].Ignore.SelectMany(rule => rule.Fields));
        Assert.Equal(("ConfigMap", "a-*", "default"), (content.Objects[0].Ignore[1].Kind, content.Objects[0].Ignore[1].Name, content.Objects[0].Ignore[1].Namespace));
    }

    [Theory]
    [InlineData("edgesync.dev/ignore: /data", "edgesync.dev/bundle/v3")]
    [InlineData("edgesync.dev/conflicts: leave", "edgesync.dev/bundle/v3")]
    [InlineData("edgesync.dev/prune: disabled", "edgesync.dev/bundle/v1")]
    public async Task BuildAsync_AnnotationAboutFields_MarksTheBundleToo(string annotation, string schema)
    {
        _fixture.Define("").Write("a.yaml", $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: default, annotations: {{{annotation}}}}}\n");

        var built = await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token);

        Assert.Equal(schema, built.Metadata.Schema);
    }

    [Fact]
    public async Task BuildAsync_CreatedInTheDefinition_OverridesTheOption()
    {
        _fixture.Define("created: 2026-11-21T02:00:00Z\n").Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token, new BundleBuildOptions { Created = DateTimeOffset.FromUnixTimeSeconds(1), Tag = "latest" });

        var index = await BundleFixture.ReadJsonAsync(store, built.Descriptor.Digest);
        Assert.Equal("2026-11-21T02:00:00Z", (string?)index["annotations"]!["org.opencontainers.image.created"]);
        Assert.NotNull(await store.Tags.FindAsync("latest", _limit.Token));
    }

    [Fact]
    public async Task BuildAsync_MissingImages_AreAllNamedWithTheirPlace()
    {
        _fixture.Define("images: [registry.example/extra:1]\n")
            .Write("a.yaml", BundleFixture.Deployment("a", "registry.example/a:1") + BundleFixture.Deployment("b", "registry.example/b:1"));

        var failure = await Assert.ThrowsAsync<BundleException>(async () => await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token));

        Assert.Equal(["a.yaml:8", "a.yaml:17", "bundle.yaml:4"], failure.Faults.Select(fault => $"{fault.File}:{fault.Line}"));
        Assert.Contains("registry.example/extra:1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_LintErrors_StopTheBuildBeforeAnythingIsWritten()
    {
        _fixture.Define().Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: kube-system}\n");
        var store = await _fixture.OpenAsync("out");

        var failure = await Assert.ThrowsAsync<BundleException>(() => _fixture.BuildAsync(store, _limit.Token));

        Assert.Contains("a.yaml:3:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("namespace-reserved", failure.Message, StringComparison.Ordinal);
        Assert.Empty(store.List());
    }

    [Fact]
    public async Task BuildAsync_NoObject_IsBundleEmpty()
    {
        _fixture.Define();

        var failure = await Assert.ThrowsAsync<BundleException>(async () => await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token));

        Assert.Equal(ReasonCodes.BundleEmpty, failure.Reason);
    }

    [Fact]
    public async Task BuildAsync_AllPlatforms_TakesTheIndexAsItIs()
    {
        await _fixture.WithWebAsync();
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        var image = Assert.Single(built.Images);
        Assert.Equal(_fixture.WebDigest, image.Descriptor.Digest);
        Assert.Equal(2, await CountPlatformsAsync(store, image.Descriptor));
        Assert.True((await store.VerifyAsync([built.Descriptor], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    [Theory]
    [InlineData("linux/amd64")]
    [InlineData("linux/arm64")]
    public async Task BuildAsync_OnePlatform_TakesItsManifestAlone(string platform)
    {
        await _fixture.WithWebAsync();
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token, new BundleBuildOptions { Platforms = [OciPlatform.Parse(platform)] });

        var image = Assert.Single(built.Images).Descriptor;
        Assert.Equal(MediaTypes.ImageManifest, image.MediaType);
        var manifest = Assert.IsType<ImageManifest>((await store.ReadManifestAsync(image.Digest, null, _limit.Token)).Content);
        var configuration = await BundleFixture.ReadJsonAsync(store, manifest.Config.Digest);
        Assert.Equal(platform, $"{(string?)configuration["os"]}/{(string?)configuration["architecture"]}");
        Assert.True((await store.VerifyAsync([built.Descriptor], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    [Fact]
    public async Task BuildAsync_AllPlatformsNamed_GivesOneDigestInAnyOrderOfOptions()
    {
        await _fixture.WithWebAsync();
        OciPlatform[] platforms = [OciPlatform.Parse("linux/arm64"), OciPlatform.Parse("linux/amd64")];

        var first = await _fixture.BuildAsync(await _fixture.OpenAsync("a"), _limit.Token, new BundleBuildOptions { Platforms = platforms });
        var second = await _fixture.BuildAsync(await _fixture.OpenAsync("b"), _limit.Token, new BundleBuildOptions { Platforms = [.. platforms.Reverse()] });

        Assert.Equal(first.Descriptor.Digest, second.Descriptor.Digest);
    }

    [Fact]
    public async Task BuildAsync_PlatformThatTheImageLacks_IsRefused()
    {
        await _fixture.WithWebAsync();
        await _fixture.AddImageAsync("registry.example/single:1", new ImageContent("true"));
        _fixture.Write("single.yaml", BundleFixture.Deployment("single", "registry.example/single:1"));

        var failure = await Assert.ThrowsAsync<BundleException>(async () => await _fixture.BuildAsync(
            await _fixture.OpenAsync("out"), _limit.Token, new BundleBuildOptions { Platforms = [OciPlatform.Parse("linux/s390x")] }));

        Assert.Equal(2, failure.Faults.Count);
        Assert.Contains("nothing for linux/s390x", failure.Message, StringComparison.Ordinal);
        Assert.Contains("is for linux/amd64 and nothing else", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_ImagePinnedToItsIndex_KeepsThatDigest()
    {
        await _fixture.WithWebAsync();
        _fixture.Write("web.yaml", BundleFixture.Deployment("web", $"registry.example/web@{_fixture.WebDigest}"));
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token, new BundleBuildOptions { Platforms = [OciPlatform.Parse("linux/amd64")] });

        Assert.Equal(_fixture.WebDigest, Assert.Single(built.Images).Descriptor.Digest);
    }

    [Fact]
    public async Task BuildAsync_ImageOfAnotherDigest_IsRefused()
    {
        await _fixture.AddImageAsync("other", new ImageContent("true"));
        _fixture.Define($"images: [{{name: \"registry.example/web@{Digest.Of("x"u8)}\", from: \"oci:../images:other\"}}]\n")
            .Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");

        var failure = await Assert.ThrowsAsync<BundleException>(async () => await _fixture.BuildAsync(await _fixture.OpenAsync("out"), _limit.Token));

        Assert.Contains("is another one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_PlacesInTheDefinition_AreRelativeToTheFolder()
    {
        var digest = await _fixture.AddImageAsync("anything", new ImageContent("true"));
        _fixture.Define("images: [{name: \"registry.example/web:1\", from: \"oci:../images\"}]\n").Write("a.yaml", BundleFixture.Deployment("a", "registry.example/web:1"));
        using var sources = new ImageSources(registries: null, TimeProvider.System);

        var built = await BundleBuilder.BuildAsync(
            _fixture.Source, new BundleBuildOptions(), sources, await _fixture.OpenAsync("out"), progress: null, _limit.Token);

        Assert.Equal(digest, Assert.Single(built.Images).Descriptor.Digest.ToString());
    }

    [Fact]
    public async Task BuildAsync_ShortNames_AreFoundByTheirFullOnes()
    {
        var digest = await _fixture.AddImageAsync("docker.io/library/nginx:1.27", new ImageContent("true"));
        _fixture.Define().Write("a.yaml", BundleFixture.Deployment("a", "nginx:1.27") + BundleFixture.Deployment("b", "docker.io/nginx:1.27"));
        var store = await _fixture.OpenAsync("out");

        var built = await _fixture.BuildAsync(store, _limit.Token);

        Assert.Equal(["docker.io/nginx:1.27", "nginx:1.27"], built.Images.Select(i => i.Reference));
        Assert.All(built.Images, image => Assert.Equal(digest, image.Descriptor.Digest.ToString()));
        Assert.Equal(2, (await BundleReader.InspectAsync(built.Descriptor.Digest, store, _limit.Token)).Images.Count);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _fixture.Dispose();
    }

    private async Task<int> CountPlatformsAsync(ContentStore store, Descriptor image) =>
        Assert.IsType<ImageIndex>((await store.ReadManifestAsync(image.Digest, null, _limit.Token)).Content).Manifests.Count;
}
