using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Tests.Peers;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Images;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Against a real docker-registry 2.8.</summary>
public sealed class RegistryClientTests(RegistryFixture peer) : IClassFixture<RegistryFixture>, IDisposable
{
    private readonly RegistryClient _client = TestClients.Create(peer.Registry.Address);
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [PeerFact]
    public async Task ResolveAsync_NothingNew_IsOneRequestWithoutBody()
    {
        var image = await PushAsync("resolve/same");
        var found = Assert.IsType<ResolveOutcome.Found>(await _client.ResolveAsync("resolve/same", "1", null, _limit.Token));

        var again = await _client.ResolveAsync("resolve/same", "1", found.Manifest.Descriptor.Digest, _limit.Token);

        Assert.Equal(image.Digest, found.Manifest.Descriptor.Digest.ToString());
        Assert.IsType<ResolveOutcome.NotModified>(again);
        var requests = await peer.Registry.GetRequestsAsync(_limit.Token);
        var mine = requests.Where(r => r.Path == "/v2/resolve/same/manifests/1" && r.UserAgent == "edgesync").ToList();
        Assert.Equal([200, 304], mine.Select(r => r.Status));
        Assert.Equal(0, mine[1].Bytes);
    }

    [PeerFact]
    public async Task ResolveAsync_TagMoved_FindsTheNewManifest()
    {
        var old = await PushAsync("resolve/moved");
        var moved = await PushAsync("resolve/moved", new ImageContent { Files = new Dictionary<string, string> { ["etc/new"] = "yes" } });

        var outcome = await _client.ResolveAsync("resolve/moved", "1", Digest.Parse(old.Digest), _limit.Token);

        Assert.Equal(moved.Digest, Assert.IsType<ResolveOutcome.Found>(outcome).Manifest.Descriptor.Digest.ToString());
    }

    [PeerFact]
    public async Task ResolveAsync_NoSuchTagOrRepository_IsNotFound()
    {
        await PushAsync("resolve/none");

        Assert.IsType<ResolveOutcome.NotFound>(await _client.ResolveAsync("resolve/none", "2", null, _limit.Token));
        Assert.IsType<ResolveOutcome.NotFound>(await _client.ResolveAsync("resolve/never", "1", null, _limit.Token));
    }

    [PeerFact]
    public async Task GetManifestAsync_ByDigest_IsVerifiedAndRead()
    {
        var image = await PushAsync("manifests/get", new ImageContent { MultiPlatform = true });

        var manifest = await _client.GetManifestAsync("manifests/get", Digest.Parse(image.Digest), _limit.Token);

        Assert.Equal(2, Assert.IsType<ImageIndex>(manifest.Content).Manifests.Count);
        Assert.Equal(Digest.Of(manifest.Bytes.Span), manifest.Descriptor.Digest);
    }

    [PeerFact]
    public async Task GetManifestAsync_Unknown_SaysNotFoundWithTheRegistrysWords()
    {
        await PushAsync("manifests/none");

        var failure = await Assert.ThrowsAsync<RegistryException>(() => _client.GetManifestAsync("manifests/none", Digest.Of("x"u8), _limit.Token));

        Assert.Equal((RegistryReasons.NotFound, 404, ExitCodes.NotFound), (failure.Reason, failure.StatusCode, failure.ExitCode));
        Assert.Contains("MANIFEST_UNKNOWN", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task OpenBlobAsync_FromOffset_GivesTheRest()
    {
        var layer = await LayerAsync("blobs/range");
        var whole = await ReadAsync("blobs/range", layer, 0, null);

        var rest = await ReadAsync("blobs/range", layer, layer.Size - 10, null);

        Assert.Equal(layer.Digest, Digest.Of(whole.Bytes));
        Assert.Equal((layer.Size - 10, 10), (rest.Offset, rest.Bytes.Length));
        Assert.Equal(whole.Bytes[^10..], rest.Bytes);
    }

    [PeerFact]
    public async Task OpenBlobAsync_EntityTag_DecidesWhetherTheRestFits()
    {
        var layer = await LayerAsync("blobs/tag");
        var whole = await ReadAsync("blobs/tag", layer, 0, null);

        Assert.Equal(5, (await ReadAsync("blobs/tag", layer, 5, whole.EntityTag)).Offset);
        Assert.Equal(0, (await ReadAsync("blobs/tag", layer, 5, "\"another\"")).Offset);
    }

    [PeerFact]
    public async Task BlobExistsAsync_AsksWithoutGetting()
    {
        var layer = await LayerAsync("blobs/exists");

        Assert.True(await _client.BlobExistsAsync("blobs/exists", layer.Digest, _limit.Token));
        Assert.False(await _client.BlobExistsAsync("blobs/exists", Digest.Of("x"u8), _limit.Token));
    }

    [PeerFact]
    public async Task GetBlobAsync_SmallBlob_IsVerifiedAndLimited()
    {
        var image = await PushAsync("blobs/small");
        var manifest = (ImageManifest)(await _client.GetManifestAsync("blobs/small", Digest.Parse(image.Digest), _limit.Token)).Content;

        var config = await _client.GetBlobAsync("blobs/small", manifest.Config, 64 * 1024, _limit.Token);
        var failure = await Assert.ThrowsAsync<RegistryException>(() => _client.GetBlobAsync("blobs/small", manifest.Config, 10, _limit.Token));

        Assert.Equal(manifest.Config.Digest, Digest.Of(config));
        Assert.Equal(RegistryReasons.ContentTooLarge, failure.Reason);
    }

    [PeerFact]
    public async Task PingAsync_RunningRegistry_Answers() => await _client.PingAsync(_limit.Token);

    [PeerTheory]
    [InlineData("../etc")]
    [InlineData("a/../../b")]
    [InlineData("A")]
    [InlineData("")]
    public async Task Requests_NameThatIsNoRepository_AreNotSent(string repository) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _client.ResolveAsync(repository, "1", null, _limit.Token));

    public void Dispose()
    {
        _client.Dispose();
        _limit.Dispose();
    }

    private Task<PushedImage> PushAsync(string repository, ImageContent? content = null) =>
        BusyboxImage.PushAsync(peer.Registry, repository, "1", content ?? new ImageContent(), _limit.Token);

    private async Task<Descriptor> LayerAsync(string repository)
    {
        var image = await PushAsync(repository);
        var manifest = await _client.GetManifestAsync(repository, Digest.Parse(image.Digest), _limit.Token);
        return ((ImageManifest)manifest.Content).Layers[0];
    }

    private async Task<(long Offset, byte[] Bytes, string? EntityTag)> ReadAsync(string repository, Descriptor blob, long offset, string? entityTag)
    {
        await using var download = await _client.OpenBlobAsync(repository, blob.Digest, offset, entityTag, _limit.Token);
        using var bytes = new MemoryStream();
        await download.Content.CopyToAsync(bytes, _limit.Token);
        return (download.Offset, bytes.ToArray(), download.EntityTag);
    }
}
