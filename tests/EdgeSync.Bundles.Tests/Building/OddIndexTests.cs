using System.Text;
using System.Text.Json;
using EdgeSync.Bundles.Building;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles.Tests.Building;

/// <summary>Image indexes that are not whole, or hold other things than images for Linux.</summary>
public sealed class OddIndexTests : IAsyncLifetime, IDisposable
{
    private const string Image = "registry.example/odd:1";

    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));
    private ContentStore _layout = null!;

    public async Task InitializeAsync()
    {
        _layout = await _fixture.OpenAsync("images");
        _fixture.Define().Write("web.yaml", BundleFixture.Deployment("web", Image));
    }

    [Fact]
    public async Task BuildAsync_AttestationThatTheSourceLacks_IsLeftOutWithAWarning()
    {
        var attestation = await AttestationAsync();
        var amd64 = await ImageAsync("amd64");
        await IndexAsync(amd64, await ImageAsync("arm64"), attestation);
        _layout.Delete(attestation.Digest);

        var built = await BuildAsync();

        var warning = Assert.Single(built.Warnings);
        Assert.Contains(attestation.Digest.ToShortString(), warning, StringComparison.Ordinal);
        Assert.Contains("unknown/unknown", warning, StringComparison.Ordinal);
        var index = await ReadIndexAsync(built);
        Assert.Equal(["linux/amd64", "linux/arm64"], index.Manifests.Select(entry => entry.Platform?.ToString()));
        Assert.Equal(amd64.Digest, index.Manifests[0].Digest);
    }

    [Fact]
    public async Task BuildAsync_AttestationThatTheSourceHas_KeepsTheIndexAsItIs()
    {
        var index = await IndexAsync(await ImageAsync("amd64"), await AttestationAsync());

        var built = await BuildAsync();

        Assert.Empty(built.Warnings);
        Assert.Equal(index.Digest, Assert.Single(built.Images).Descriptor.Digest);
    }

    [Fact]
    public async Task BuildAsync_WindowsImageWithAForeignLayer_IsLeftOutWithAWarning()
    {
        await IndexAsync(await ImageAsync("amd64"), await ImageAsync("amd64", "windows", Foreign));

        var built = await BuildAsync();

        Assert.Contains("windows/amd64", Assert.Single(built.Warnings), StringComparison.Ordinal);
        Assert.Equal("linux/amd64", Assert.Single((await ReadIndexAsync(built)).Manifests).Platform?.ToString());
    }

    [Fact]
    public async Task BuildAsync_LinuxImageWithAForeignLayer_NamesImageEntryLayerAndWhatToDo()
    {
        await IndexAsync(await ImageAsync("amd64"), await ImageAsync("s390x", "linux", Foreign));

        var failure = await Assert.ThrowsAsync<RegistryException>(BuildAsync);

        Assert.Equal(ExitCodes.NotFound, failure.ExitCode);
        Assert.Contains(_fixture.Images, failure.Message, StringComparison.Ordinal);
        Assert.Contains("linux/s390x", failure.Message, StringComparison.Ordinal);
        Assert.Contains(Foreign.Digest.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("--platform", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_PlatformsThatTheSourceHas_NeedNothingOfTheOthers()
    {
        await IndexAsync(await ImageAsync("amd64"), await ImageAsync("s390x", "linux", Foreign));

        var built = await BuildAsync("linux/amd64");

        Assert.Equal("linux/amd64", Assert.Single(built.Images).Descriptor.Platform?.ToString());
    }

    [Fact]
    public async Task BuildAsync_IndexPinnedByDigestThatIsNotWhole_IsRefused()
    {
        var attestation = await AttestationAsync();
        var index = await IndexAsync(await ImageAsync("amd64"), attestation);
        _layout.Delete(attestation.Digest);
        _fixture.Write("web.yaml", BundleFixture.Deployment("web", $"registry.example/odd@{index.Digest}"));

        var failure = await Assert.ThrowsAsync<RegistryException>(BuildAsync);

        Assert.Contains("unknown/unknown", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildAsync_NothingThatASiteCouldRun_IsRefused()
    {
        await IndexAsync(await ImageAsync("amd64", "windows", Foreign));

        await Assert.ThrowsAsync<BundleException>(BuildAsync);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BuildAsync_EntryWithoutPlatform_IsJudgedByItsConfiguration(bool isEmpty)
    {
        var silent = isEmpty ? new OciPlatform() : null;
        var provenance = await AttestationAsync() with { Platform = silent, Annotations = null };
        var arm64 = await ImageAsync("arm64");
        await IndexAsync(provenance, arm64 with { Platform = silent }, await ImageAsync("s390x"));

        var built = await BuildAsync("linux/arm64");

        Assert.Equal((arm64.Digest, "linux/arm64"), (built.Images[0].Descriptor.Digest, built.Images[0].Descriptor.Platform?.ToString()));
        Assert.Contains("nothing for linux/amd64", (await Assert.ThrowsAsync<BundleException>(() => BuildAsync("linux/amd64"))).Message, StringComparison.Ordinal);
        Assert.Equal(2, (await ReadIndexAsync(await BuildAsync("linux/arm64", "linux/s390x"))).Manifests.Count(entry => entry.Platform is { IsComplete: true }));
    }

    [Fact]
    public async Task BuildAsync_EntryThatCannotBeRead_NamesImageEntryAndWhatToDo()
    {
        var old = await _layout.WriteAsync(MediaTypes.ImageManifest, """{"schemaVersion":1,"fsLayers":[]}"""u8.ToArray(), _limit.Token);
        await IndexAsync(await ImageAsync("amd64"), old with { Platform = OciPlatform.Parse("linux/arm64") });

        var failure = await Assert.ThrowsAsync<BundleException>(BuildAsync);

        Assert.Contains("linux/arm64", failure.Message, StringComparison.Ordinal);
        Assert.Contains("schema 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--platform", failure.Message, StringComparison.Ordinal);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _fixture.Dispose();
        _limit.Dispose();
    }

    private static Descriptor Foreign => new()
    {
        MediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        Digest = Digest.Of("nowhere"u8),
        Size = 1000,
        Urls = ["https://base.example/layer"],
    };

    private Task<BuiltBundle> BuildAsync() => BuildAsync(platforms: []);

    private async Task<BuiltBundle> BuildAsync(params string[] platforms) => await _fixture.BuildAsync(
        await _fixture.OpenAsync(Guid.NewGuid().ToString("N")), _limit.Token, new BundleBuildOptions { Platforms = [.. platforms.Select(OciPlatform.Parse)] });

    private async Task<ImageIndex> ReadIndexAsync(BuiltBundle built)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetDirectoryName(_fixture.Images)!).Where(path => path != _fixture.Images))
        {
            var blob = Path.Combine(folder, "blobs", "sha256", built.Images[0].Descriptor.Digest.Hex);
            if (File.Exists(blob))
            {
                return Assert.IsType<ImageIndex>(ManifestReader.Read(await File.ReadAllBytesAsync(blob), mediaType: null).Content);
            }
        }

        throw new InvalidOperationException("the built index is in no layout");
    }

    private async Task<Descriptor> ImageAsync(string architecture, string os = "linux", params Descriptor[] layers)
    {
        var config = await _layout.WriteAsync(
            MediaTypes.ImageConfig, Encoding.UTF8.GetBytes($$"""{"architecture":"{{architecture}}","os":"{{os}}"}"""), _limit.Token);
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.ImageManifest, Config = config, Layers = layers };
        var written = await _layout.WriteAsync(
            MediaTypes.ImageManifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest), _limit.Token);
        return written with { Platform = new OciPlatform { Os = os, Architecture = architecture } };
    }

    private async Task<Descriptor> AttestationAsync()
    {
        var config = await _layout.WriteAsync(MediaTypes.ImageConfig, """{"architecture":"unknown","os":"unknown"}"""u8.ToArray(), _limit.Token);
        var layer = await _layout.WriteAsync("application/vnd.in-toto+json", """{"predicate":{}}"""u8.ToArray(), _limit.Token);
        var manifest = new ImageManifest { SchemaVersion = 2, MediaType = MediaTypes.ImageManifest, Config = config, Layers = [layer] };
        var written = await _layout.WriteAsync(
            MediaTypes.ImageManifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest), _limit.Token);
        return written with
        {
            Platform = new OciPlatform { Os = "unknown", Architecture = "unknown" },
            Annotations = new Dictionary<string, string> { ["vnd.docker.reference.type"] = "attestation-manifest" },
        };
    }

    private async Task<Descriptor> IndexAsync(params Descriptor[] entries)
    {
        var index = new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.ImageIndex, Manifests = entries };
        var written = await _layout.WriteAsync(
            MediaTypes.ImageIndex, JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex), _limit.Token);
        var named = written with { Annotations = new Dictionary<string, string> { ["io.containerd.image.name"] = Image } };
        await _layout.Tags.SetAsync("odd", named, _limit.Token);
        return written;
    }
}
