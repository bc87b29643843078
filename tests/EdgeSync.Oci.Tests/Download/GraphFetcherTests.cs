using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Tests.Peers;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Download;

/// <summary>From a real docker-registry, over a good link and over bad ones.</summary>
public sealed class GraphFetcherTests(RegistryFixture peer) : IClassFixture<RegistryFixture>, IAsyncLifetime, IDisposable
{
    private const int LayerSize = 3_000_000;
    private static readonly OciPlatform Amd64 = OciPlatform.Parse("linux/amd64");

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private readonly RecordedProgress _progress = new();
    private ContentStore _store = null!;
    private FaultProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _store = await ContentStore.OpenAsync(_folder["store"], TimeProvider.System, _limit.Token);
        _proxy = FaultProxy.Start(peer.Registry.Port);
    }

    [PeerFact]
    public async Task FetchAsync_MultiPlatformImage_BringsTheWantedPlatformOnly()
    {
        var root = await PushAsync("fetch/platform", new ImageContent { MultiPlatform = true });

        var report = await FetchAsync("fetch/platform", root);

        var verified = await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token);
        Assert.True(verified.IsComplete);
        Assert.Equal((4, 0), (report.Fetched, report.Reused)); // index, manifest, configuration, layer
        Assert.Equal(4, _store.List().Count());
        Assert.False((await _store.VerifyAsync([root], GraphSelection.Everything, _limit.Token)).IsComplete);
        Assert.Empty(Directory.EnumerateFiles(_folder["store/partial"]));
    }

    [PeerFact]
    public async Task FetchAsync_Again_AsksTheRegistryForNothing()
    {
        var root = await PushAsync("fetch/again");
        await FetchAsync("fetch/again", root);
        var before = (await peer.Registry.GetRequestsAsync(_limit.Token)).Count;

        var report = await FetchAsync("fetch/again", root);

        Assert.Equal((0, 0L), (report.Fetched, report.BytesReceived));
        Assert.Equal(before, (await peer.Registry.GetRequestsAsync(_limit.Token)).Count);
    }

    [PeerFact]
    public async Task FetchAsync_EverythingForOras_IsReadFromTheLayoutByOrasAndSkopeo()
    {
        var root = await PushAsync("fetch/peers", new ImageContent { MultiPlatform = true });
        await FetchAsync("fetch/peers", root, GraphSelection.Everything);
        await _store.Tags.SetAsync("v1", root, _limit.Token);
        var oras = await PeerTool.OrasAsync(_limit.Token);

        (await oras.RunAsync(_limit.Token, "copy", "-r", "--from-oci-layout", $"{_store.Root}:v1", "--to-oci-layout", $"{_folder["oras"]}:v1")).EnsureSuccess();
        (await PeerTool.Skopeo().RunAsync(
            _limit.Token, "--insecure-policy", "copy", "--all", "--preserve-digests", $"oci:{_store.Root}:v1", $"oci:{_folder["skopeo"]}:v1")).EnsureSuccess();

        using var copy = await ContentStore.OpenAsync(_folder["oras"], TimeProvider.System, _limit.Token);
        Assert.Equal(root.Digest, (await copy.Tags.FindAsync("v1", _limit.Token))?.Digest);
        Assert.True((await copy.VerifyAsync([root], GraphSelection.Everything, _limit.Token)).IsComplete);
        using var second = await ContentStore.OpenAsync(_folder["skopeo"], TimeProvider.System, _limit.Token);
        Assert.True((await second.VerifyAsync([root], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task FetchAsync_LinkCutAgainAndAgain_ResumesAndReceivesEachByteOnce()
    {
        var root = await PushAsync("fetch/cuts");
        _proxy.Fault = new ProxyFault { CutAfter = 400_000 };

        var report = await FetchAsync("fetch/cuts", root, tries: 2);

        Assert.True((await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).IsComplete);
        Assert.True(_proxy.Accepted > 7, $"{_proxy.Accepted} connections");
        Assert.Equal(await SizeOfAllAsync(root), report.BytesReceived);
    }

    [PeerFact]
    public async Task FetchAsync_ProcessStoppedInTheMiddle_NextOneResumesWhereItStopped()
    {
        var root = await PushAsync("fetch/restart");
        _proxy.Fault = new ProxyFault { SilentAfter = 1_000_000 };
        var padding = await PaddingAsync("fetch/restart", root);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var first = FetchAsync("fetch/restart", root, cancellationToken: stop.Token);
        await UntilAsync(() => PartialSize(padding.Digest) > 900_000);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var kept = PartialSize(padding.Digest);

        _proxy.Fault = ProxyFault.None;
        using var second = await ContentStore.OpenAsync(_store.Root, TimeProvider.System, _limit.Token);
        var progress = new RecordedProgress();
        var report = await FetchAsync("fetch/restart", root, store: second, progress: progress);

        Assert.Contains(progress.Reports, r => r.Digest == padding.Digest && r.State == FetchState.Resumed && r.Received == kept);
        Assert.True(report.BytesReceived <= await SizeOfAllAsync(root) - kept);
        Assert.True((await second.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task FetchAsync_WhatWasKeptIsDamaged_BeginsAgainAndSucceeds()
    {
        var root = await PushAsync("fetch/torn");
        var padding = await PaddingAsync("fetch/torn", root);
        await File.WriteAllBytesAsync(Path.Combine(_store.Root, "partial", padding.Digest.Hex), new byte[2_000_000], _limit.Token);

        await FetchAsync("fetch/torn", root);

        Assert.Equal(1, _progress.Count(FetchState.Resumed));
        Assert.True((await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task FetchAsync_ByteCorruptedOnTheWay_IsRefusedAndNothingOfItKept()
    {
        var root = await PushAsync("fetch/corrupt");
        _proxy.Fault = new ProxyFault { CorruptAt = 900_000 };

        var failure = await Assert.ThrowsAsync<RegistryException>(() => FetchAsync("fetch/corrupt", root));

        Assert.Equal(RegistryReasons.DigestMismatch, failure.Reason);
        var damaged = Digest.Parse(failure.Subject!);
        Assert.False(_store.Contains(damaged));
        Assert.Equal(0, PartialSize(damaged));

        _proxy.Fault = ProxyFault.None;
        await FetchAsync("fetch/corrupt", root);
        Assert.True((await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task FetchAsync_LinkGoesSilent_IsGivenUpAsTooSlowAfterItsTries()
    {
        var root = await PushAsync("fetch/silent");
        _proxy.Fault = new ProxyFault { SilentAfter = 100_000 };
        var options = TestClients.Options(_proxy.Address) with { IdleTimeout = TimeSpan.FromMilliseconds(100), MaxRetries = 0 };
        using var client = TestClients.Create(options);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => Fetcher(_store, tries: 0).FetchAsync(
            client, "fetch/silent", root, GraphSelection.ForImage(Amd64), progress: null, _limit.Token));

        Assert.Equal(RegistryReasons.TransferTooSlow, failure.Reason);
        Assert.Equal(Disposition.Transient, failure.Disposition);
    }

    [PeerFact]
    public async Task FetchAsync_DamagedBlobInTheStore_IsReplaced()
    {
        var root = await PushAsync("fetch/damaged");
        await FetchAsync("fetch/damaged", root);
        var padding = await PaddingAsync("fetch/damaged", root);
        FlipByte(Path.Combine(_store.Root, "blobs", "sha256", padding.Digest.Hex));

        Assert.Equal([padding.Digest], (await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).Damaged.Select(d => d.Digest));
        var report = await FetchAsync("fetch/damaged", root);

        Assert.Equal(1, report.Fetched);
        Assert.True((await _store.VerifyAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).IsComplete);
    }

    [PeerFact]
    public async Task FetchAsync_NoRoomOnTheDisk_FailsBeforeAnyBlobIsAskedFor()
    {
        var root = await PushAsync("fetch/full");
        var fetcher = new GraphFetcher(_store, new FetchOptions { ReservedSpace = long.MaxValue / 2 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        using var client = TestClients.Create(peer.Registry.Address);

        var failure = await Assert.ThrowsAsync<StorageException>(() => fetcher.FetchAsync(
            client, "fetch/full", root, GraphSelection.ForImage(Amd64), progress: null, _limit.Token));

        Assert.Equal(StorageReasons.DiskFull, failure.Reason);
        Assert.Single(_store.List()); // the manifest
    }

    [PeerFact]
    public async Task FetchAsync_MoreThanTheLimit_IsRefused()
    {
        var root = await PushAsync("fetch/limit");
        var fetcher = new GraphFetcher(_store, new FetchOptions { MaxTotalSize = 1000 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        using var client = TestClients.Create(peer.Registry.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => fetcher.FetchAsync(
            client, "fetch/limit", root, GraphSelection.ForImage(Amd64), progress: null, _limit.Token));

        Assert.Equal(RegistryReasons.ContentTooLarge, failure.Reason);
    }

    [PeerFact]
    public async Task FetchAsync_BlobLargerThanTheSiteFetches_IsRefusedBeforeItsFirstByte()
    {
        var root = await PushAsync("fetch/blob-limit");
        var padding = await PaddingAsync("fetch/blob-limit", root);
        var fetcher = new GraphFetcher(_store, new FetchOptions { MaxBlobSize = padding.Size - 1 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        using var client = TestClients.Create(peer.Registry.Address);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => fetcher.FetchAsync(
            client, "fetch/blob-limit", root, GraphSelection.ForImage(Amd64), progress: null, _limit.Token));

        Assert.Equal((RegistryReasons.BlobTooLarge, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Contains($"has {padding.Size} bytes; this site fetches at most {padding.Size - 1}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await peer.Registry.GetRequestsAsync(_limit.Token), request => request.ToString().Contains(padding.Digest.Hex, StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task FetchAsync_BlobThatIsHereAlready_IsNotHeldAgainstALowerLimit()
    {
        var root = await PushAsync("fetch/blob-here");
        await FetchAsync("fetch/blob-here", root);
        var fetcher = new GraphFetcher(_store, new FetchOptions { MaxBlobSize = 1000 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        using var client = TestClients.Create(peer.Registry.Address);

        var report = await fetcher.FetchAsync(client, "fetch/blob-here", root, GraphSelection.ForImage(Amd64), progress: null, _limit.Token);

        Assert.Equal(0, report.Fetched);
    }

    [PeerFact]
    public async Task FetchAsync_PlatformIsNotThere_SaysSo()
    {
        var root = await PushAsync("fetch/noplatform", new ImageContent { MultiPlatform = true });

        var failure = await Assert.ThrowsAsync<RegistryException>(
            () => FetchAsync("fetch/noplatform", root, GraphSelection.ForImage(OciPlatform.Parse("linux/s390x"))));

        Assert.Equal(RegistryReasons.PlatformMissing, failure.Reason);
    }

    public Task DisposeAsync() => _proxy.DisposeAsync().AsTask();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _limit.Dispose();
    }

    private async Task<Descriptor> PushAsync(string repository, ImageContent? content = null)
    {
        var image = await BusyboxImage.PushAsync(
            peer.Registry, repository, "1", content ?? new ImageContent { PaddingBytes = LayerSize }, _limit.Token);
        using var client = TestClients.Create(peer.Registry.Address);
        return (await client.GetManifestAsync(repository, Digest.Parse(image.Digest), _limit.Token)).Descriptor;
    }

    private async Task<Descriptor> PaddingAsync(string repository, Descriptor root)
    {
        using var client = TestClients.Create(peer.Registry.Address);
        var manifest = (ImageManifest)(await client.GetManifestAsync(repository, root.Digest, _limit.Token)).Content;
        return manifest.Layers[^1];
    }

    private async Task<FetchReport> FetchAsync(
        string repository,
        Descriptor root,
        GraphSelection? selection = null,
        int tries = 5,
        ContentStore? store = null,
        RecordedProgress? progress = null,
        CancellationToken? cancellationToken = null)
    {
        using var client = TestClients.Create(_proxy.Address);
        return await Fetcher(store ?? _store, tries).FetchAsync(
            client, repository, root, selection ?? GraphSelection.ForImage(Amd64), progress ?? _progress, cancellationToken ?? _limit.Token);
    }

    private static GraphFetcher Fetcher(ContentStore store, int tries)
    {
        var options = new FetchOptions { MaxFruitlessTries = tries, FirstRetryDelay = TimeSpan.FromMilliseconds(1) };
        return new GraphFetcher(store, options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    private async Task<long> SizeOfAllAsync(Descriptor root) =>
        (await _store.ReachableAsync([root], GraphSelection.ForImage(Amd64), _limit.Token)).Sum(d => d.Size);

    private long PartialSize(Digest digest)
    {
        var file = new FileInfo(Path.Combine(_store.Root, "partial", digest.Hex));
        return file.Exists ? file.Length : 0;
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _limit.Token);
        }
    }

    private static void FlipByte(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 1));
    }
}
