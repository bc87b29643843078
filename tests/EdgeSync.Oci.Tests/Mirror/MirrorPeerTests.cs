using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Mirror;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Tests.Peers;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Mirror;

/// <summary>Real clients pull from the mirror what was fetched from a real registry.</summary>
public sealed class MirrorPeerTests(RegistryFixture peer) : IClassFixture<RegistryFixture>, IAsyncLifetime, IDisposable
{
    private static readonly GraphSelection Selection = GraphSelection.ForImage(OciPlatform.Parse("linux/amd64"));

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private ContentStore _store = null!;
    private MirrorHost _mirror = null!;
    private Descriptor _root = null!;

    public async Task InitializeAsync()
    {
        _store = await ContentStore.OpenAsync(_folder["store"], TimeProvider.System, _limit.Token);
        _mirror = await MirrorHost.StartAsync(_store);
        var image = await BusyboxImage.PushAsync(
            peer.Registry, "shop/web", "1", new ImageContent { MultiPlatform = true, PaddingBytes = 1_000_000 }, _limit.Token);
        using var client = TestClients.Create(peer.Registry.Address);
        _root = (await client.GetManifestAsync("shop/web", Digest.Parse(image.Digest), _limit.Token)).Descriptor;
        var fetcher = new GraphFetcher(_store, new FetchOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        await fetcher.FetchAsync(client, "shop/web", _root, Selection, progress: null, _limit.Token);
        var digests = (await _store.ReachableAsync([_root], Selection, _limit.Token)).Select(d => d.Digest).ToList();
        _mirror.Catalog.Publish("bundle", new MirrorContent(
            new Dictionary<OciReference, Descriptor> { [OciReference.Parse("shop.example/shop/web:1")] = _root }, digests));
    }

    [PeerFact]
    public async Task Pull_OwnPlatformByCrane_GivesTheImage()
    {
        var crane = await PeerTool.CraneAsync(_limit.Token);

        var digest = (await crane.RunAsync(_limit.Token, "digest", $"{_mirror.Address}/shop/web:1")).EnsureSuccess();
        (await crane.RunAsync(
            _limit.Token, "pull", "--platform", "linux/amd64", $"{_mirror.Address}/shop/web:1", _folder["image.tar"])).EnsureSuccess();
        (await crane.RunAsync(_limit.Token, "validate", "--tarball", _folder["image.tar"])).EnsureSuccess();
        var tags = (await crane.RunAsync(_limit.Token, "ls", $"{_mirror.Address}/shop/web")).EnsureSuccess();

        Assert.Equal(_root.Digest.ToString(), digest.Output.Trim());
        Assert.Equal("1", tags.Output.Trim());
    }

    [PeerFact]
    public async Task Pull_OwnPlatformBySkopeo_GivesTheImage()
    {
        (await PeerTool.Skopeo().RunAsync(
            _limit.Token, "--insecure-policy", "--override-arch", "amd64", "copy", "--src-tls-verify=false",
            $"docker://{_mirror.Address}/shop/web:1", $"oci:{_folder["copy"]}:1")).EnsureSuccess();

        using var copy = await ContentStore.OpenAsync(_folder["copy"], TimeProvider.System, _limit.Token);
        var entry = await copy.Tags.FindAsync("1", _limit.Token);
        Assert.True((await copy.VerifyAsync([entry!], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task Pull_AnotherPlatformByCrane_FailsBecauseTheSiteDoesNotHaveIt()
    {
        var crane = await PeerTool.CraneAsync(_limit.Token);

        var result = await crane.RunAsync(
            _limit.Token, "pull", "--platform", "linux/arm64", $"{_mirror.Address}/shop/web:1", _folder["other.tar"]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("MANIFEST_UNKNOWN", result.Error, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Push_ByCrane_IsRefused()
    {
        var crane = await PeerTool.CraneAsync(_limit.Token);

        var result = await crane.RunAsync(_limit.Token, "tag", $"{_mirror.Address}/shop/web:1", "2");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("UNSUPPORTED", result.Error, StringComparison.Ordinal);
    }

    public Task DisposeAsync() => _mirror.DisposeAsync().AsTask();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _limit.Dispose();
    }
}
