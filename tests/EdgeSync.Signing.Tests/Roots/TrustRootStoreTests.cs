using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Roots;
using EdgeSync.Testing;
using static EdgeSync.Signing.Tests.Roots.RootFixture;

namespace EdgeSync.Signing.Tests.Roots;

public sealed class TrustRootStoreTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Load_AfterSaves_HasTheWholeChainAndTheList()
    {
        var load = await SavedAsync(3);
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "x"), "ab"), load.State.Chain, null));
        await Store.SaveAsync(list, None);

        var again = await LoadAsync();

        Assert.Equal(3, again.State.Chain.Head.Version);
        Assert.Equal([1L, 2, 3], again.State.Chain.Links.Select(link => link.Root.Version));
        Assert.Equal([Id('x')], again.State.RevokedKeys);
        Assert.Null(again.Problem);
        Assert.Null(again.State.FindDoubt(again.Mark, Now));
    }

    [Fact]
    public async Task Load_HoleInTheStore_StopsBeforeItAndSaysSo()
    {
        await SavedAsync(4);
        File.Delete(RootFile(3));

        var load = await LoadAsync();

        Assert.Equal((2, TrustReasons.RootChainBroken), (load.State.Chain.Head.Version, load.Problem?.Reason));
        Assert.Equal(TrustReasons.RootRolledBack, load.State.FindDoubt(load.Mark, Now)?.Reason);
    }

    [Fact]
    public async Task Load_DamagedRoot_StopsBeforeItAndSaysSo()
    {
        await SavedAsync(3);
        await File.WriteAllTextAsync(RootFile(2), "junk", None);

        var load = await LoadAsync();

        Assert.Equal((1, TrustReasons.RootChainBroken), (load.State.Chain.Head.Version, load.Problem?.Reason));
    }

    [Fact]
    public async Task Load_ForgedRootPutOnTheDisk_IsNotBelieved()
    {
        await SavedAsync(2);
        await File.WriteAllBytesAsync(RootFile(3), Sign(Root(3, "xf/2"), "xf"), None);

        var load = await LoadAsync();

        Assert.Equal((2, TrustReasons.RootChainBroken), (load.State.Chain.Head.Version, load.Problem?.Reason));
    }

    [Fact]
    public async Task Load_OldBackupRestored_HoldsUntilTheHighestVersionIsBack()
    {
        await SavedAsync(3);
        File.Delete(RootFile(3));
        File.Delete(RootFile(2));

        var load = await LoadAsync();

        Assert.Null(load.Problem);
        var doubt = load.State.FindDoubt(load.Mark, Now);
        Assert.Equal(TrustReasons.RootRolledBack, doubt?.Reason);
        Assert.Contains("has known trust root 3", doubt!.Message, StringComparison.Ordinal);
        Assert.Contains("holds 1 only", doubt.Message, StringComparison.Ordinal);

        var back = (await SavedAsync(3)).State;
        Assert.Null(back.FindDoubt(load.Mark, Now));
    }

    [Fact]
    public async Task Load_AnotherRootWithTheHighestVersion_IsHeld()
    {
        await SavedAsync(2);
        File.Delete(RootFile(2));
        var load = await LoadAsync();
        var fork = Assert.IsType<RootVerdict.Accepted>(load.State.Chain.Append(Sign(Root(2, "abd/2"), "ab"), Nobody)).Chain;

        Assert.Equal(TrustReasons.RootRolledBack, new TrustState(fork, null).FindDoubt(load.Mark, Now)?.Reason);
    }

    [Fact]
    public async Task Load_CutBeforeTheMark_RaisesTheMark()
    {
        await SavedAsync(2);
        await new RootMark(Fleet, 1, Digest.Of("1"u8)).WriteAsync(MarkPath, None);

        var load = await LoadAsync();

        Assert.Equal(2, load.Mark?.Version);
        Assert.Equal(2, (await RootMark.ReadAsync(MarkPath, None))?.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("retail")]
    [InlineData("retail x sha256:0")]
    [InlineData("../x 1 sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Mark_Damaged_IsWrittenAnew(string text)
    {
        await SavedAsync(2);
        await File.WriteAllTextAsync(MarkPath, text, None);

        Assert.Equal(2, (await LoadAsync()).Mark?.Version);
    }

    [Fact]
    public async Task Load_AnotherPinnedRoot_BeginsAnewAndKeepsTheMark()
    {
        await SavedAsync(3);
        await File.WriteAllBytesAsync(PinnedPath, Sign(Root(4, "def/2"), "de"), None);

        var load = await LoadAsync();

        Assert.Equal((4, 4L), (load.State.Chain.Head.Version, load.Mark?.Version));
    }

    [Fact]
    public async Task Load_PinnedRootUnusable_SaysWhatToDo()
    {
        await File.WriteAllBytesAsync(PinnedPath, Sign(Root(1), "a"), None);

        var failure = await Assert.ThrowsAsync<SigningException>(() => Store.LoadAsync(PinnedPath, Fleet, None));

        Assert.Contains(PinnedPath, failure.Message, StringComparison.Ordinal);
        Assert.Equal(78, failure.ExitCode);
        await Assert.ThrowsAsync<SigningException>(() => Store.LoadAsync(PinnedPath + ".none", Fleet, None));
    }

    [Fact]
    public async Task KeepEvidence_ManyTimes_StaysBounded()
    {
        await SavedAsync(2);
        for (var i = 0; i < 40; i++)
        {
            await Store.KeepEvidenceAsync(BitConverter.GetBytes(i), None);
            await Store.KeepEvidenceAsync(BitConverter.GetBytes(0), None);
        }

        Assert.Equal(16, Directory.GetFiles(Path.GetDirectoryName(RootFile(2))!, "evidence-*").Length);
    }

    private TrustRootStore Store => field ??= new TrustRootStore(Path.Combine(_temp.Path, "trust"), MarkPath);

    private string MarkPath => Path.Combine(_temp.Path, "highest-root");

    private string PinnedPath => Path.Combine(_temp.Path, "root.json");

    private string RootFile(int version) =>
        Path.Combine(Directory.GetDirectories(Path.Combine(_temp.Path, "trust")).Single(), $"root-{version}.json");

    private async Task<TrustLoad> LoadAsync() => await new TrustRootStore(Path.Combine(_temp.Path, "trust"), MarkPath).LoadAsync(PinnedPath, Fleet, None);

    // Signing is random: the first root is made once, the ones after it are the same payload each time.
    private async Task<TrustLoad> SavedAsync(int versions)
    {
        if (!File.Exists(PinnedPath))
        {
            await File.WriteAllBytesAsync(PinnedPath, Sign(Root(1), "ab"), None);
        }

        var load = await Store.LoadAsync(PinnedPath, Fleet, None);
        var (chain, mark) = (load.State.Chain, load.Mark);
        for (var version = chain.Head.Version + 1; version <= versions; version++)
        {
            chain = Assert.IsType<RootVerdict.Accepted>(chain.Append(Sign(Root(version), "ab"), Nobody)).Chain;
            mark = await Store.SaveAsync(chain, mark, None);
        }

        return new TrustLoad(load.State with { Chain = chain }, mark, null);
    }
}
