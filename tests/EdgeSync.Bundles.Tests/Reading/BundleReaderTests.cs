using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles.Tests.Reading;

public sealed class BundleReaderTests : IAsyncLifetime, IDisposable
{
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private ContentStore _store = null!;
    private BuiltBundle _built = null!;

    public async Task InitializeAsync()
    {
        await _fixture.WithWebAsync();
        _fixture.Define(
                """
                requires: {kubernetes: ">=1.27"}
                components:
                  - {name: web, path: web.yaml, dependsOn: [base], healthTimeout: 90s}
                  - {name: base, path: base, namespace: shop, readyWhen: [{kind: ConfigMap, name: pages, path: .data.done, value: "yes"}, {kind: ClusterRole, path: .rules}]}

                """)
            .Write("base/a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: pages}\n")
            .Write("base/b.yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\n");
        _store = await _fixture.OpenAsync("out");
        _built = await _fixture.BuildAsync(_store, _limit.Token);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task InspectAsync_BuiltBundle_ComesBackInTheOrderOfItsDependencies()
    {
        var bundle = await BundleReader.InspectAsync(_built.Descriptor.Digest, _store, _limit.Token);

        Assert.Equal(("shop", "1.0.0", BundleOrigin.EdgeSync), (bundle.Metadata.Name, bundle.Metadata.Version, bundle.Origin));
        Assert.Equal(["base", "web"], bundle.Components.Select(component => component.Name));
        Assert.Equal(TimeSpan.FromSeconds(90), bundle.Components[1].HealthTimeout);
        Assert.Equal(["base"], bundle.Components[1].DependsOn);
        Assert.Equal(
            [new ReadyRule { Kind = "ConfigMap", Name = "pages", Path = ".data.done", Value = "yes" }, new ReadyRule { Kind = "ClusterRole", Path = ".rules" }],
            bundle.Components[0].ReadyWhen);
        Assert.Empty(bundle.Components[1].ReadyWhen);
        Assert.Equal(
            ["Namespace shop", "ConfigMap shop/pages", "ClusterRole reader", "Deployment default/web"],
            bundle.Objects.Select(item => item.Id.ToString()));
        Assert.Equal(BundleFixture.Web, Assert.Single(bundle.Images).Reference);
        Assert.Equal([BundleFixture.Web], bundle.ImageReferences);
        Assert.Equal(">=1.27", bundle.Metadata.Requires.Kubernetes);
    }

    [Fact]
    public async Task InspectAsync_BlobThatIsDamaged_IsNotRead()
    {
        var layer = (await ContentAsync()).Layers[0];
        var path = Path.Combine(_store.Root, "blobs", "sha256", layer.Digest.Hex);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = await File.ReadAllBytesAsync(path, _limit.Token);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, _limit.Token);

        var failure = await Assert.ThrowsAsync<StorageException>(() => BundleReader.InspectAsync(_built.Descriptor.Digest, _store, _limit.Token));

        Assert.Equal(StorageReasons.ContentDamaged, failure.Reason);
    }

    [Fact]
    public async Task InspectAsync_MissingBlob_IsReported()
    {
        _store.Delete((await ContentAsync()).Config.Digest);

        var failure = await Assert.ThrowsAsync<StorageException>(() => BundleReader.InspectAsync(_built.Descriptor.Digest, _store, _limit.Token));

        Assert.Equal(StorageReasons.ContentMissing, failure.Reason);
    }

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static Dictionary<string, (Action<Parts> Change, string Words)> Changed { get; } = new()
    {
        ["image left out of the index"] = (p => p.Index["manifests"]!.AsArray().RemoveAt(1), "not those that its metadata names"),
        ["image left out of both"] = (p => { p.Index["manifests"]!.AsArray().RemoveAt(1); p.Metadata["images"] = new JsonArray(); }, "which is not in the bundle"),
        ["image without its name"] = (p => p.Index["manifests"]![1]!.AsObject().Remove("annotations"), "has no annotation"),
        ["image under a name that is none"] = (p => p.Index["manifests"]![1]!["annotations"]!["dev.edgesync.image"] = "Not An Image", "no container runtime accepts"),
        ["image twice"] = (p => p.Index["manifests"]!.AsArray().Add(p.Index["manifests"]![1]!.DeepClone()), "two images for the reference"),
        ["image that is a blob"] = (p => p.Index["manifests"]![1]!["mediaType"] = "application/octet-stream", "which is no image"),
        ["image pinned to another digest"] = (
            p => p.Index["manifests"]![1]!["annotations"]!["dev.edgesync.image"] = $"registry.example/web@{Digest.Of("x"u8)}", "has the digest"),
        ["image in the metadata only"] = (p => p.Metadata["images"]!.AsArray().Add((JsonNode)"registry.example/more:1"), "not those that its metadata names"),
        ["no artifact type"] = (p => p.Index.AsObject().Remove("artifactType"), "it is no bundle"),
        ["another artifact type"] = (p => p.Index["artifactType"] = "application/vnd.example", "it is no bundle"),
        ["no manifests"] = (p => p.Index["manifests"] = new JsonArray(), "it is no bundle"),
        ["content not first"] = (
            p => { var list = p.Index["manifests"]!.AsArray(); var first = list[0]!; list.RemoveAt(0); list.Add(first); }, "not the content"),
        ["content of another type"] = (p => p.Content["artifactType"] = "application/vnd.example", "not as it must be"),
        ["content with two layers"] = (p => p.Content["layers"]!.AsArray().Add(p.Content["layers"]![0]!.DeepClone()), "not as it must be"),
        ["content without a layer"] = (p => p.Content["layers"] = new JsonArray(), "not as it must be"),
        ["layer of another type"] = (p => p.Content["layers"]![0]!["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip", "not as it must be"),
        ["another name in the index"] = (p => p.Index["annotations"]!["org.opencontainers.image.title"] = "other", "different names"),
        ["another version in the index"] = (p => p.Index["annotations"]!["org.opencontainers.image.version"] = "2", "different versions"),
        ["metadata of a later schema"] = (p => p.Metadata["schema"] = "edgesync.dev/bundle/v7", "edgesync.dev/bundle/v1"),
        ["metadata of the second schema with fields of others"] = (
            p => { p.Metadata["schema"] = "edgesync.dev/bundle/v2"; p.Metadata["ignore"] = new JsonArray(); }, "its schema is not edgesync.dev/bundle/v3"),
        ["metadata with a field of others that is none"] = (
            p =>
            {
                p.Metadata["schema"] = "edgesync.dev/bundle/v3";
                p.Metadata["components"]![0]!["ignore"] = new JsonArray(new JsonObject { ["kind"] = "ConfigMap", ["fields"] = new JsonArray("data") });
            },
            "its rules about fields that belong to others"),
        ["metadata with a null in the fields of others"] = (
            p =>
            {
                p.Metadata["schema"] = "edgesync.dev/bundle/v3";
                p.Metadata["ignore"] = new JsonArray(new JsonObject { ["kind"] = "ConfigMap", ["fields"] = new JsonArray((JsonNode?)null) });
            },
            "a null"),
        ["metadata of the first schema with values"] = (p => p.Metadata["values"] = new JsonObject(), "its schema is not edgesync.dev/bundle/v2"),
        ["metadata with a value that is none"] = (
            p => { p.Metadata["schema"] = "edgesync.dev/bundle/v2"; p.Metadata["values"] = new JsonObject { ["A"] = new JsonObject { ["type"] = "integer", ["default"] = "x" } }; },
            "the declaration of a value"),
        ["metadata with a null in when"] = (
            p => { p.Metadata["schema"] = "edgesync.dev/bundle/v2"; p.Metadata["components"]![0]!["when"] = new JsonObject { ["matchExpressions"] = new JsonArray((JsonNode?)null) }; },
            "a null"),
        ["metadata without a name"] = (p => p.Metadata.AsObject().Remove("name"), "metadata cannot be read"),
        ["metadata with a name that is none"] = (p => p.Metadata["name"] = "../shop", "its name is refused"),
        ["metadata with control characters"] = (p => p.Metadata["version"] = "1\u001b[2J", "its version is refused"),
        ["metadata without components"] = (p => p.Metadata["components"] = new JsonArray(), "1 to 64 components"),
        ["metadata with a null component"] = (p => p.Metadata["components"]!.AsArray().Add(null), "a null"),
        ["metadata with a circle"] = (p => p.Metadata["components"]![1]!["dependsOn"] = new JsonArray("web"), "in a circle"),
        ["metadata with an unknown dependency"] = (p => p.Metadata["components"]![1]!["dependsOn"] = new JsonArray("gone"), "depends on one that is not there"),
        ["metadata with a component twice"] = (p => p.Metadata["components"]![1]!["name"] = "web", "stands in it twice"),
        ["metadata with a file twice"] = (p => p.Metadata["components"]![0]!["files"]!.AsArray().Add((JsonNode)"base/a.yaml"), "stands in it twice"),
        ["metadata with a timeout of a year"] = (p => p.Metadata["components"]![0]!["healthTimeoutSeconds"] = 31_536_000, "health timeout"),
        ["metadata with a readyWhen that is none"] = (
            p => p.Metadata["components"]![0]!["readyWhen"] = new JsonArray(new JsonObject { ["kind"] = "Database", ["path"] = "status" }), "readyWhen of the component"),
        ["metadata with a null in readyWhen"] = (p => p.Metadata["components"]![0]!["readyWhen"] = new JsonArray((JsonNode?)null), "a null"),
        ["metadata with a range that is none"] = (p => p.Metadata["requires"]!["kubernetes"] = "new", "range of versions"),
        ["metadata with a namespace that is none"] = (p => p.Metadata["components"]![1]!["namespace"] = "a/b", "the namespace of the component"),
        ["file that the metadata does not name"] = (p => p.Metadata["components"]![1]!["files"]!.AsArray().RemoveAt(1), "not those that its metadata names"),
        ["file that is not there"] = (p => p.Metadata["components"]![1]!["files"]!.AsArray().Add((JsonNode)"c.yaml"), "not those that its metadata names"),
        ["object twice"] = (p => p.Files.Add(("base/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pages, namespace: shop}\n")), "is in the bundle twice"),
        ["manifest that is no YAML"] = (p => p.Files.Add(("base/b.yaml", "kind: [")), "base/b.yaml:2:1: "),
        ["object in a namespace that the bundle denies itself"] = (p => p.Metadata["allowedNamespaces"] = new JsonArray("shop"), "own policy does not allow"),
        ["image of an init container that is not there"] = (
            p => p.Files.Add(("base/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {initContainers: [{name: i, image: \"evil.example/x:1\"}]}\n")),
            "evil.example/x:1"),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task InspectAsync_BundleThatContradictsItself_IsRefused(string name)
    {
        var (change, words) = Changed[name];
        var parts = await Parts.ReadAsync(_built.Descriptor.Digest, _store);
        change(parts);
        var changed = await parts.WriteAsync(_store);

        var failure = await Assert.ThrowsAsync<BundleException>(() => BundleReader.InspectAsync(changed, _store, _limit.Token));

        Assert.Equal(ReasonCodes.BundleInvalid, failure.Reason);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_PartsRewrittenWithoutAChange_AreAccepted()
    {
        // Shows that the refusals above come from the change, not from the writing.
        var parts = await Parts.ReadAsync(_built.Descriptor.Digest, _store);

        var again = await parts.WriteAsync(_store);

        Assert.Equal(4, (await BundleReader.InspectAsync(again, _store, _limit.Token)).Objects.Count);
    }

    [Fact]
    public async Task InspectAsync_NoObjects_IsBundleEmpty()
    {
        var parts = await Parts.ReadAsync(_built.Descriptor.Digest, _store);
        parts.Files.AddRange([("base/a.yaml", "# nothing\n"), ("base/b.yaml", "# nothing\n"), ("web.yaml", "# nothing\n")]);
        var changed = await parts.WriteAsync(_store);

        var failure = await Assert.ThrowsAsync<BundleException>(() => BundleReader.InspectAsync(changed, _store, _limit.Token));

        Assert.Equal(ReasonCodes.BundleEmpty, failure.Reason);
        Assert.Equal(Disposition.Stalled, failure.Disposition);
    }

    [Fact]
    public async Task InspectAsync_PlainImage_IsNoBundle()
    {
        var image = _built.Images[0].Descriptor.Digest;

        var failure = await Assert.ThrowsAsync<BundleException>(() => BundleReader.InspectAsync(image, _store, _limit.Token));

        Assert.Contains("it is no bundle", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _fixture.Dispose();
    }

    private async Task<ImageManifest> ContentAsync()
    {
        var index = BundleIndex.Read((await _store.ReadManifestAsync(_built.Descriptor.Digest, null, _limit.Token)).Content);
        return (ImageManifest)(await _store.ReadManifestAsync(index.Content.Digest, null, _limit.Token)).Content;
    }

    /// <summary>A bundle taken apart, to be changed and put together again with right digests.</summary>
    private sealed record Parts(JsonNode Index, JsonNode Content, JsonNode Metadata, IReadOnlyList<ArchiveFile> Archive)
    {
        /// <summary>Files that replace those of the archive.</summary>
        public List<(string Path, string Content)> Files { get; } = [];

        public static async Task<Parts> ReadAsync(Digest bundle, ContentStore store)
        {
            var index = await BundleFixture.ReadJsonAsync(store, bundle);
            var content = await BundleFixture.ReadJsonAsync(store, Digest.Parse((string)index["manifests"]![0]!["digest"]!));
            var layer = await store.ReadVerifiedAsync(Digest.Parse((string)content["layers"]![0]!["digest"]!), 1 << 22, CancellationToken.None);
            return new Parts(
                index, content, await BundleFixture.ReadJsonAsync(store, Digest.Parse((string)content["config"]!["digest"]!)),
                ContentArchiveReader.Read(layer, ArchiveDialect.Bundle));
        }

        public async Task<Digest> WriteAsync(ContentStore store)
        {
            var files = Archive.ToDictionary(file => file.Path);
            foreach (var (path, text) in Files)
            {
                files[path] = new ArchiveFile(path, Encoding.UTF8.GetBytes(text));
            }

            Point(Content["config"]!, await store.WriteAsync(BundleMediaTypes.Metadata, Bytes(Metadata), CancellationToken.None));
            if (Content["layers"]!.AsArray().FirstOrDefault() is { } layer)
            {
                Point(layer, await store.WriteAsync(BundleMediaTypes.Layer, ContentArchiveWriter.Write(files.Values), CancellationToken.None));
            }

            if (Index["manifests"]!.AsArray().FirstOrDefault(m => (string?)m!["platform"]?["os"] == "unknown") is { } first)
            {
                Point(first, await store.WriteAsync(MediaTypes.ImageManifest, Bytes(Content), CancellationToken.None));
            }

            return (await store.WriteAsync(MediaTypes.ImageIndex, Bytes(Index), CancellationToken.None)).Digest;
        }

        private static void Point(JsonNode descriptor, Descriptor target)
        {
            descriptor["digest"] = target.Digest.ToString();
            descriptor["size"] = target.Size;
        }

        private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
