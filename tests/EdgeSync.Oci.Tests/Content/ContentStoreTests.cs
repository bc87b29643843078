using System.Text;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Oci.Tests.Content;

public sealed class ContentStoreTests : IAsyncLifetime, IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);
    private readonly ManualTimeProvider _time = new();
    private ContentStore _store = null!;

    public async Task InitializeAsync() => _store = await ContentStore.OpenAsync(_folder["store"], _time, _limit.Token);

    [Fact]
    public async Task OpenAsync_NewFolder_MakesALayoutThatOpensAgain()
    {
        await _store.Tags.SetAsync("v1", Descriptor.Of(MediaTypes.ImageManifest, "x"u8), _limit.Token);

        using var again = await ContentStore.OpenAsync(_store.Root, _time, _limit.Token);

        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", await File.ReadAllTextAsync(_folder["store/oci-layout"], _limit.Token));
        Assert.Equal(Digest.Of("x"u8), (await again.Tags.FindAsync("v1", _limit.Token))?.Digest);
    }

    [Fact]
    public async Task OpenAsync_FolderOfSomethingElse_IsRefusedAndUntouched()
    {
        await File.WriteAllTextAsync(_folder["letter.txt"], "dear", _limit.Token);

        var failure = await Assert.ThrowsAsync<StorageException>(() => ContentStore.OpenAsync(_folder.Path, _time, _limit.Token));

        Assert.Equal(StorageReasons.LayoutInvalid, failure.Reason);
        Assert.False(Directory.Exists(_folder["blobs"]));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}{}""")]
    public async Task OpenAsync_DamagedIndex_IsAnErrorAndNotAnEmptyStore(string index)
    {
        await File.WriteAllTextAsync(_folder["store/index.json"], index, _limit.Token);

        var failure = await Assert.ThrowsAsync<StorageException>(() => ContentStore.OpenAsync(_store.Root, _time, _limit.Token));

        Assert.Equal(StorageReasons.LayoutInvalid, failure.Reason);
    }

    [Fact]
    public async Task WriteAsync_Bytes_AreReadOnlyUnderTheirDigest()
    {
        var descriptor = await _store.WriteAsync("a/b", "hello"u8.ToArray(), _limit.Token);

        Assert.Equal(ReadOnly, File.GetUnixFileMode(Damage.PathOf(_store, descriptor.Digest)));
        Assert.Equal("hello"u8.ToArray(), await _store.ReadVerifiedAsync(descriptor.Digest, 5, _limit.Token));
        Assert.Equal([descriptor.Digest], _store.List());
        Assert.Empty(Directory.EnumerateFiles(_folder["store/partial"]));
    }

    [Theory]
    [InlineData("hellO", RegistryReasons.DigestMismatch)]
    [InlineData("hell", RegistryReasons.DigestMismatch)]
    [InlineData("hello!", RegistryReasons.ContentTooLarge)]
    public async Task WriteAsync_AnotherContentThanExpected_KeepsNothing(string content, string reason)
    {
        var expected = Descriptor.Of("a/b", "hello"u8);
        using var source = new MemoryStream(Encoding.ASCII.GetBytes(content));

        var failure = await Assert.ThrowsAsync<RegistryException>(() => _store.WriteAsync(expected, source, _limit.Token));

        Assert.Equal(reason, failure.Reason);
        Assert.False(_store.Contains(expected.Digest));
        Assert.Empty(Directory.EnumerateFiles(_folder["store/partial"]));
    }

    [Fact]
    public async Task WriteAsync_DamagedContentIsThere_ReplacesIt()
    {
        var descriptor = await _store.WriteAsync("a/b", "hello"u8.ToArray(), _limit.Token);
        Damage.Truncate(_store, descriptor.Digest);
        Assert.Equal(ContentState.Damaged, await _store.CheckAsync(descriptor, _limit.Token));

        await _store.WriteAsync("a/b", "hello"u8.ToArray(), _limit.Token);

        Assert.Equal(ContentState.Intact, await _store.CheckAsync(descriptor, _limit.Token));
    }

    [Fact]
    public async Task ResumeAsync_AfterAHalfWrittenBlob_GoesOnFromThere()
    {
        var expected = Descriptor.Of("a/b", "hello"u8);
        await using (var first = await _store.ResumeAsync(expected, _limit.Token))
        {
            await first.AppendAsync("hel"u8.ToArray(), _limit.Token);
        }

        await using (var second = await _store.ResumeAsync(expected, _limit.Token))
        {
            Assert.Equal(3, second.Length);
            await second.AppendAsync("lo"u8.ToArray(), _limit.Token);
            await second.CommitAsync(_limit.Token);
        }

        Assert.Equal("hello"u8.ToArray(), await _store.ReadVerifiedAsync(expected.Digest, 5, _limit.Token));
    }

    [Fact]
    public async Task ResumeAsync_AnotherWriterIsAtIt_IsBusy()
    {
        var expected = Descriptor.Of("a/b", "hello"u8);
        await using var first = await _store.ResumeAsync(expected, _limit.Token);

        var failure = await Assert.ThrowsAsync<StorageException>(() => _store.ResumeAsync(expected, _limit.Token));

        Assert.Equal(StorageReasons.ContentBusy, failure.Reason);
    }

    [Fact]
    public async Task OpenVerifiedAsync_DamageAfterTheFirstLook_IsFound()
    {
        var descriptor = await _store.WriteAsync("a/b", new byte[10_000], _limit.Token);
        (await _store.OpenVerifiedAsync(descriptor.Digest, _limit.Token)).Dispose();
        Damage.FlipBit(_store, descriptor.Digest);

        var failure = await Assert.ThrowsAsync<StorageException>(() => _store.OpenVerifiedAsync(descriptor.Digest, _limit.Token));

        Assert.Equal(StorageReasons.ContentDamaged, failure.Reason);
    }

    [Fact]
    public async Task OpenVerifiedAsync_NotHere_IsMissing() =>
        Assert.Equal(
            StorageReasons.ContentMissing,
            (await Assert.ThrowsAsync<StorageException>(() => _store.OpenVerifiedAsync(Digest.Of("x"u8), _limit.Token))).Reason);

    [Fact]
    public async Task OpenRead_SizeIsAnother_IsDamaged()
    {
        var descriptor = await _store.WriteAsync("a/b", "hello"u8.ToArray(), _limit.Token);

        var failure = Assert.Throws<StorageException>(() => _store.OpenRead(descriptor with { Size = 4 }));

        Assert.Equal(StorageReasons.ContentDamaged, failure.Reason);
    }

    [Fact]
    public async Task ReadVerifiedAsync_MoreThanTheLimit_IsNotRead()
    {
        var descriptor = await _store.WriteAsync("a/b", "hello"u8.ToArray(), _limit.Token);

        await Assert.ThrowsAsync<StorageException>(() => _store.ReadVerifiedAsync(descriptor.Digest, 4, _limit.Token));
    }

    [Fact]
    public async Task Tags_SetBySeveralStoresAtOnce_AreAllKept()
    {
        using var other = await ContentStore.OpenAsync(_store.Root, TimeProvider.System, _limit.Token);
        using var third = await ContentStore.OpenAsync(_store.Root, TimeProvider.System, _limit.Token);
        var descriptor = Descriptor.Of(MediaTypes.ImageManifest, "x"u8);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? other : third).Tags.SetAsync($"t{i}", descriptor, _limit.Token)));

        Assert.Equal(40, (await _store.Tags.ListAsync(_limit.Token)).Count);
    }

    [Fact]
    public async Task Tags_SetAgainAndRemoved_PointToTheLast()
    {
        await _store.Tags.SetAsync("v1", Descriptor.Of(MediaTypes.ImageManifest, "x"u8), _limit.Token);
        await _store.Tags.SetAsync("v1", Descriptor.Of(MediaTypes.ImageManifest, "y"u8), _limit.Token);

        Assert.Equal(Digest.Of("y"u8), Assert.Single(await _store.Tags.ListAsync(_limit.Token)).Digest);
        await _store.Tags.RemoveAsync("v1", _limit.Token);
        await _store.Tags.RemoveAsync("v1", _limit.Token);
        Assert.Null(await _store.Tags.FindAsync("v1", _limit.Token));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Tags.SetAsync("../x", Descriptor.Of("a/b", "x"u8), _limit.Token));
    }

    [Fact]
    public async Task VerifyAsync_Graph_ListsWhatIsMissingAndDamaged()
    {
        var image = await StoredImage.WriteAsync(_store, 1000, _limit.Token);
        Assert.True((await _store.VerifyAsync([image.Manifest], GraphSelection.Everything, _limit.Token)).IsComplete);
        Damage.FlipBit(_store, image.Layer.Digest);
        _store.Delete(image.Config.Digest);

        var report = await _store.VerifyAsync([image.Manifest], GraphSelection.Everything, _limit.Token);

        Assert.Equal(3, report.Checked);
        Assert.Equal([image.Config.Digest], report.Missing.Select(d => d.Digest));
        Assert.Equal([image.Layer.Digest], report.Damaged.Select(d => d.Digest));
    }

    [Fact]
    public async Task CollectAsync_Roots_KeepsWhatTheyNeedAndNothingElse()
    {
        var kept = await StoredImage.WriteAsync(_store, 1000, _limit.Token, seed: 1);
        var dropped = await StoredImage.WriteAsync(_store, 2000, _limit.Token, seed: 2);

        var report = await Collector().CollectAsync([kept.Manifest], GraphSelection.Everything, _limit.Token);

        Assert.Equal(new[] { dropped.Manifest.Digest, dropped.Layer.Digest }.Order(), report.Deleted.Order());
        Assert.Equal(dropped.Manifest.Size + 2000, report.BytesFreed);
        Assert.True((await _store.VerifyAsync([kept.Manifest], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    [Fact]
    public async Task CollectAsync_MissingBlobsAndManifests_StopNothing()
    {
        var kept = await StoredImage.WriteAsync(_store, 1000, _limit.Token, seed: 1);
        var dropped = await StoredImage.WriteAsync(_store, 2000, _limit.Token, seed: 2);
        _store.Delete(kept.Layer.Digest);
        var gone = Descriptor.Of(MediaTypes.ImageIndex, "gone"u8);

        var report = await Collector().CollectAsync([gone, kept.Manifest], GraphSelection.Everything, _limit.Token);

        Assert.Equal(new[] { gone.Digest, kept.Layer.Digest }.Order(), report.Missing.Order());
        Assert.Contains(dropped.Layer.Digest, report.Deleted);
        Assert.True(_store.Contains(kept.Config.Digest));
    }

    [Fact]
    public async Task CollectAsync_LeasedContentAndRunningWrites_AreKept()
    {
        var leased = await StoredImage.WriteAsync(_store, 1000, _limit.Token, seed: 1);
        var running = Descriptor.Of("a/b", "hello"u8);
        var abandoned = Descriptor.Of("a/b", "other"u8);
        await using (var old = await _store.ResumeAsync(abandoned, _limit.Token))
        {
            await old.AppendAsync("oth"u8.ToArray(), _limit.Token);
        }

        await using var writer = await _store.ResumeAsync(running, _limit.Token);
        using (var lease = _store.Lease())
        {
            lease.Add(leased.Layer.Digest);
            await Collector().CollectAsync([], GraphSelection.Everything, _limit.Token);
        }

        Assert.Equal([leased.Layer.Digest], _store.List());
        Assert.Equal([running.Digest.Hex], Directory.EnumerateFiles(_folder["store/partial"]).Select(Path.GetFileName));
        await Collector().CollectAsync([], GraphSelection.Everything, _limit.Token);
        Assert.Empty(_store.List());
    }

    [Fact]
    public async Task Layout_WithAStrangeFileAmongTheBlobs_IsReadAllTheSame()
    {
        await File.WriteAllTextAsync(_folder["store/blobs/sha256/README"], "hello", _limit.Token);
        var image = await StoredImage.WriteAsync(_store, 1000, _limit.Token);

        Assert.Equal(3, _store.List().Count());
        Assert.True((await _store.VerifyAsync([image.Manifest], GraphSelection.Everything, _limit.Token)).IsComplete);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _limit.Dispose();
    }

    private GarbageCollector Collector() => new(_store, NullLogger<GarbageCollector>.Instance);
}
