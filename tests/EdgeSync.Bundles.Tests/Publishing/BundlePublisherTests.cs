using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Publishing;
using EdgeSync.Bundles.Reading;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Bundles.Tests.Publishing;

/// <summary>To a real docker-registry and back, and by the tools of others.</summary>
public sealed class BundlePublisherTests(RegistryFixture peer) : IClassFixture<RegistryFixture>, IDisposable
{
    private static int _number;
    private readonly BundleFixture _fixture = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(3));
    private readonly int _id = Interlocked.Increment(ref _number);

    private OciReference Target => OciReference.Parse($"{peer.Registry.Address}/retail/shop-{_id}:1.0.0");

    [PeerFact]
    public async Task PushAsync_ImageOfTheSameRegistry_IsMountedAndNotSent()
    {
        var (built, store, image) = await BuildFromRegistryAsync();
        var before = (await peer.Registry.GetRequestsAsync(_limit.Token)).Count;

        var report = await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);

        var requests = (await peer.Registry.GetRequestsAsync(_limit.Token)).Skip(before).ToList();
        Assert.Equal((2, 4, 0), (report.Sent, report.Mounted, report.Present));
        var mounts = requests.Where(r => r.Method == "POST" && r.Path.Contains("mount=", StringComparison.Ordinal) && r.Path.Contains($"from={Uri.EscapeDataString(image.Repository)}", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, mounts.Count);
        Assert.All(mounts, mount => Assert.Equal(201, mount.Status));
        Assert.Equal($"/v2/retail/shop-{_id}/manifests/1.0.0", requests.Last(r => r.Method == "PUT").Path);
        Assert.Equal(built.Descriptor.Digest, report.Target.Digest);
    }

    [PeerFact]
    public async Task PushAsync_OriginOfAnOverride_IsMountedFromThere()
    {
        var image = await BusyboxImage.PushAsync(peer.Registry, $"mirror/copy-{_id}", "1", new ImageContent("httpd"), _limit.Token);
        _fixture.Define($"images: [{{name: \"registry.example/web:1\", from: \"{image.Reference}\"}}]\n").Write("web.yaml", BundleFixture.Deployment("web", "registry.example/web:1"));
        var store = await _fixture.OpenAsync("out");
        var built = await BuildAsync(store);

        var report = await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);

        Assert.Equal(2, report.Mounted);
    }

    [PeerFact]
    public async Task PushAsync_Again_SendsNothing()
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        var publisher = new BundlePublisher(store, peer.Client);
        await publisher.PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);

        var report = await publisher.PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);

        Assert.Equal((0, 0, 6, 0L), (report.Sent, report.Mounted, report.Present, report.SentBytes));
    }

    [PeerFact]
    public async Task PushAsync_ImagesFromALayout_AreSentAndCounted()
    {
        await _fixture.WithWebAsync();
        var store = await _fixture.OpenAsync("out");
        var built = await _fixture.BuildAsync(store, _limit.Token);
        var seen = new Progress();

        var report = await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, seen, _limit.Token);

        Assert.Equal((6, 0), (report.Sent, report.Mounted));
        Assert.Equal(Enumerable.Range(1, 6), seen.Reports.Select(r => r.Done).Order());
        Assert.Equal(report.SentBytes, seen.Reports.Sum(r => r.Blob.Size));
    }

    [PeerTheory]
    [InlineData("linux/amd64", "arm64")]
    [InlineData("linux/arm64", "amd64")]
    public async Task Fetch_for_one_platform_leaves_out_the_images_of_others(string platform, string other)
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);
        var site = await _fixture.OpenAsync("site");
        var root = await peer.Client.GetManifestAsync(Target.Repository, built.Descriptor.Digest, _limit.Token);

        var selection = GraphSelection.ForBundle(OciPlatform.Parse(platform));
        await Fetcher(site).FetchAsync(peer.Client, Target.Repository, root.Descriptor, selection, progress: null, _limit.Token);

        Assert.True((await site.VerifyAsync([root.Descriptor], selection, _limit.Token)).IsComplete);
        Assert.Single((await BundleReader.InspectAsync(root.Descriptor.Digest, site, _limit.Token)).Objects);
        var index = (ImageIndex)(await site.ReadManifestAsync(BundleIndex.Read(root.Content).Images[0].Descriptor.Digest, null, _limit.Token)).Content;
        Assert.All(index.Manifests, entry => Assert.Equal(entry.Platform!.Architecture != other, site.Contains(entry.Digest)));
    }

    [PeerFact]
    public async Task Fetch_of_the_content_alone_leaves_out_the_images()
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);
        var desk = await _fixture.OpenAsync("desk");
        var root = await peer.Client.GetManifestAsync(Target.Repository, built.Descriptor.Digest, _limit.Token);

        await Fetcher(desk).FetchAsync(peer.Client, Target.Repository, root.Descriptor, BundleReader.SelectContent(root), progress: null, _limit.Token);

        Assert.Equal(4, desk.List().Count());
        Assert.Single((await BundleReader.InspectAsync(root.Descriptor.Digest, desk, _limit.Token)).Objects);
    }

    [PeerFact]
    public async Task OpenAsync_BundleThatIsVerified_CanBeStaged()
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        using var key = SigningKey.Create("build");
        var signature = CosignSignatures.Append(new SimpleSigningPayload(built.Descriptor.Digest, Target.Name), key, existing: null)!;
        var artifact = new SignatureArtifact(signature.Manifest, signature.Blobs.ToDictionary(b => b.Descriptor.Digest, b => b.Content));
        var policy = new TrustPolicy(new KeyRing("release", [key.PublicKey], 1), new KeyRing("bundle", [key.PublicKey], 1));
        var verdict = Assert.IsType<BundleVerdict.Trusted>(BundleVerifier.Verify(built.Descriptor, [artifact], policy, TrustPlace.Unknown, TimeProvider.System.GetUtcNow()));

        var opened = await BundleReader.OpenAsync(verdict.Bundle, store, BundleFixture.Values, _limit.Token);

        Assert.Equal(built.Descriptor.Digest, opened.Index.Digest);
        Assert.Same(verdict.Bundle, opened.Proof);
        Assert.Single(opened.Objects);
        Assert.Equal(opened.Images.Select(i => i.Reference), opened.ImageReferences);
    }

    [PeerFact]
    public async Task Bundle_of_several_platforms_is_copied_whole_by_oras()
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);
        var oras = await PeerTool.OrasAsync(_limit.Token);
        var stick = _fixture["stick"];

        (await oras.RunAsync(_limit.Token, "copy", "-r", "--from-plain-http", "--to-oci-layout", Target.ToString(), $"{stick}:1.0.0")).EnsureSuccess();
        var other = OciReference.Parse($"{peer.Registry.Address}/other/shop-{_id}:1.0.0");
        (await oras.RunAsync(_limit.Token, "copy", "-r", "--from-oci-layout", "--to-plain-http", $"{stick}:1.0.0", other.ToString())).EnsureSuccess();

        await AssertWholeAsync(stick, built);
        Assert.Equal(built.Descriptor.Digest, (await peer.Client.FindManifestAsync(other.Repository, "1.0.0", _limit.Token))!.Descriptor.Digest);
    }

    [PeerFact]
    public async Task Bundle_in_a_layout_is_copied_whole_by_oras()
    {
        var (built, store, _) = await BuildFromRegistryAsync();
        var oras = await PeerTool.OrasAsync(_limit.Token);

        (await oras.RunAsync(_limit.Token, "copy", "-r", "--from-oci-layout", "--to-oci-layout", $"{store.Root}:1.0.0", $"{_fixture["stick"]}:1.0.0")).EnsureSuccess();

        await AssertWholeAsync(_fixture["stick"], built);
    }

    [PeerFact]
    public async Task Bundle_of_one_platform_is_copied_whole_by_skopeo()
    {
        await _fixture.WithWebAsync();
        var store = await _fixture.OpenAsync("out");
        var built = await _fixture.BuildAsync(store, _limit.Token, new BundleBuildOptions { Platforms = [OciPlatform.Parse("linux/amd64")] });
        await new BundlePublisher(store, peer.Client).PushAsync(built.Descriptor, Target, built.Images, progress: null, _limit.Token);

        (await PeerTool.Skopeo().RunAsync(
            _limit.Token, "copy", "--all", "--preserve-digests", "--src-tls-verify=false", $"docker://{Target}", $"oci:{_fixture["stick"]}:1.0.0")).EnsureSuccess();

        await AssertWholeAsync(_fixture["stick"], built);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _fixture.Dispose();
    }

    private static GraphFetcher Fetcher(ContentStore store) => new(store, new FetchOptions { ReservedSpace = 0 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));

    private async Task AssertWholeAsync(string layout, BuiltBundle built)
    {
        using var copy = await ContentStore.OpenAsync(layout, TimeProvider.System, _limit.Token);
        Assert.Equal(built.Descriptor.Digest, (await copy.Tags.FindAsync("1.0.0", _limit.Token))!.Digest);
        Assert.True((await copy.VerifyAsync([built.Descriptor], GraphSelection.Everything, _limit.Token)).IsComplete);
        Assert.Single((await BundleReader.InspectAsync(built.Descriptor.Digest, copy, _limit.Token)).Objects);
    }

    private async Task<(BuiltBundle Built, ContentStore Store, PushedImage Image)> BuildFromRegistryAsync()
    {
        var image = await BusyboxImage.PushAsync(
            peer.Registry, $"images/web-{_id}", "1.0", new ImageContent("httpd", $"{_id}") { MultiPlatform = true }, _limit.Token);
        _fixture.Define().Write("web.yaml", BundleFixture.Deployment("web", image.Reference));
        var store = await _fixture.OpenAsync("out");
        return (await BuildAsync(store), store, image);
    }

    private async Task<BuiltBundle> BuildAsync(ContentStore store)
    {
        using var sources = new ImageSources(new RegistryImages((_, _) => Task.FromResult(peer.Client), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1))), TimeProvider.System);
        return await BundleBuilder.BuildAsync(_fixture.Source, new BundleBuildOptions(), sources, store, progress: null, _limit.Token);
    }

    private sealed class Progress : IProgress<PublishProgress>
    {
        public System.Collections.Concurrent.ConcurrentBag<PublishProgress> Reports { get; } = [];

        public void Report(PublishProgress value) => Reports.Add(value);
    }
}
