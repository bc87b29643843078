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
        await Store.SaveRevocationsAsync(load.State with { Revocations = list }, load.Marks, None);

        var again = await LoadAsync();

        Assert.Equal(3, again.State.Chain.Head.Version);
        Assert.Equal([1L, 2, 3], again.State.Chain.Links.Select(link => link.Root.Version));
        Assert.Equal([Id('x')], again.State.RevokedKeys);
        Assert.Null(again.Problem);
        Assert.Null(again.State.FindDoubt(again.Marks, Now));
    }

    [Fact]
    public async Task Load_MissingVersion_StopsBeforeItAndReportsIt()
    {
        await SavedAsync(4);
        File.Delete(RootFile(3));

        var load = await LoadAsync();

        Assert.Equal((2, TrustReasons.RootChainBroken), (load.State.Chain.Head.Version, load.Problem?.Reason));
        Assert.Equal(TrustReasons.RootRolledBack, load.State.FindDoubt(load.Marks, Now)?.Reason);
    }

    [Fact]
    public async Task Load_DamagedRoot_StopsBeforeItAndReportsIt()
    {
        await SavedAsync(3);
        await File.WriteAllTextAsync(RootFile(2), "junk", None);

        var load = await LoadAsync();

        Assert.Equal((1, TrustReasons.RootChainBroken), (load.State.Chain.Head.Version, load.Problem?.Reason));
    }

    [Fact]
    public async Task Load_ForgedRootOnDisk_IsRefused()
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
        var doubt = load.State.FindDoubt(load.Marks, Now);
        Assert.Equal(TrustReasons.RootRolledBack, doubt?.Reason);
        Assert.Contains("this site had trust root 3, but", doubt!.Message, StringComparison.Ordinal);
        Assert.Contains("has only root 1", doubt.Message, StringComparison.Ordinal);

        var back = (await SavedAsync(3)).State;
        Assert.Null(back.FindDoubt(load.Marks, Now));
    }

    [Fact]
    public async Task Load_AnotherRootWithTheHighestVersion_IsHeld()
    {
        await SavedAsync(2);
        File.Delete(RootFile(2));
        var load = await LoadAsync();
        var fork = Assert.IsType<RootVerdict.Accepted>(load.State.Chain.Append(Sign(Root(2, "abd/2"), "ab"), Nobody)).Chain;

        Assert.Equal(TrustReasons.RootRolledBack, new TrustState(fork, null).FindDoubt(load.Marks, Now)?.Reason);
    }

    [Fact]
    public async Task Load_CutBeforeTheMark_RaisesTheMark()
    {
        await SavedAsync(2);
        await new HighWaterMark(Fleet, 1, Digest.Of("1"u8)).WriteAsync(MarkPath, None);

        var load = await LoadAsync();

        Assert.Equal(2, load.Marks.Root?.Number);
        Assert.Equal(2, (await HighWaterMark.ReadAsync(MarkPath, None))?.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("retail")]
    [InlineData("retail x sha256:0")]
    [InlineData("../x 1 sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Mark_Damaged_IsWrittenAgain(string text)
    {
        await SavedAsync(2);
        await File.WriteAllTextAsync(MarkPath, text, None);

        Assert.Equal(2, (await LoadAsync()).Marks.Root?.Number);
    }

    [Fact]
    public async Task Load_AnotherPinnedRoot_StartsANewChainAndKeepsTheMark()
    {
        await SavedAsync(3);
        await File.WriteAllBytesAsync(PinnedPath, Sign(Root(4, "def/2"), "de"), None);

        var load = await LoadAsync();

        Assert.Equal((4, 4L), (load.State.Chain.Head.Version, load.Marks.Root?.Number));
    }

    [Fact]
    public async Task Load_PinnedRootUnusable_HintsWhatToDo()
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

    [Fact]
    public async Task Load_OldListRestored_HoldsUntilItsNumberIsBack()
    {
        var load = await TakeAsync(await SavedAsync(1), 1, "x");
        var old = await File.ReadAllBytesAsync(ListFile, None);
        await TakeAsync(load, 3, "xd");
        await File.WriteAllBytesAsync(ListFile, old, None);

        var back = await LoadAsync();

        var doubt = back.State.FindDoubt(back.Marks, Now);
        Assert.Equal(TrustReasons.RevocationsRolledBack, doubt?.Reason);
        Assert.Contains("this site had list 3 of revocations, but its state has only list 1", doubt!.Message, StringComparison.Ordinal);
        back = await TakeAsync(back, 2, "xd");
        Assert.Equal(TrustReasons.RevocationsRolledBack, back.State.FindDoubt(back.Marks, Now)?.Reason);
        Assert.Equal(3, (await HighWaterMark.ReadRevocationsAsync(ListMarkPath, None))?.Number);
        back = await TakeAsync(back, 4, "xde");
        Assert.Null(back.State.FindDoubt(back.Marks, Now));
        Assert.Equal(4, (await HighWaterMark.ReadRevocationsAsync(ListMarkPath, None))?.Number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("junk")]
    public async Task Load_ListLostOrDamaged_HoldsAndKeepsTheMark(string? instead)
    {
        await TakeAsync(await SavedAsync(2), 5, "x");
        if (instead is null)
        {
            File.Delete(ListFile);
        }
        else
        {
            await File.WriteAllTextAsync(ListFile, instead, None);
        }

        var load = await LoadAsync();

        Assert.Null(load.State.Revocations);
        Assert.Equal(TrustReasons.RevocationsRolledBack, load.State.FindDoubt(load.Marks, Now)?.Reason);
        Assert.Equal(5, (await HighWaterMark.ReadRevocationsAsync(ListMarkPath, None))?.Number);
    }

    [Fact]
    public async Task Load_AnotherListWithTheHighestNumber_IsHeld()
    {
        await TakeAsync(await SavedAsync(1), 2, "x");
        await File.WriteAllBytesAsync(ListFile, Sign(Revoke(2, "d"), "bc"), None);

        var load = await LoadAsync();

        var doubt = load.State.FindDoubt(load.Marks, Now);
        Assert.Equal(TrustReasons.RevocationsRolledBack, doubt?.Reason);
        Assert.Contains("another list with that number", doubt!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OldListAndRootsRestoredTogether_NamesTheRootFirst()
    {
        await TakeAsync(await SavedAsync(2), 1, "x");
        File.Delete(RootFile(2));
        File.Delete(ListFile);

        var load = await LoadAsync();

        Assert.Equal(TrustReasons.RootRolledBack, load.State.FindDoubt(load.Marks, Now)?.Reason);
        var back = await SavedAsync(2);
        Assert.Equal(TrustReasons.RevocationsRolledBack, back.State.FindDoubt(back.Marks, Now)?.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("retail sha256:0 1 sha256:0")]
    [InlineData("retail 5 sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task ListMark_LostDamagedOrCutOff_IsWrittenAgain(string? instead)
    {
        await TakeAsync(await SavedAsync(1), 5, "x");
        if (instead is null)
        {
            File.Delete(ListMarkPath);
        }
        else
        {
            await File.WriteAllTextAsync(ListMarkPath, instead, None);
        }

        var load = await LoadAsync();

        Assert.Null(load.State.FindDoubt(load.Marks, Now));
        Assert.Equal((5L, load.State.Revocations!.Payload), (load.Marks.Revocations!.Number, load.Marks.Revocations.Payload));
        Assert.Equal(load.Marks.Revocations, await HighWaterMark.ReadRevocationsAsync(ListMarkPath, None));
    }

    [Fact]
    public async Task Load_AnotherPinnedRoot_StartsANewChainWithoutTheOldListsMark()
    {
        await TakeAsync(await SavedAsync(3), 7, "x");
        await File.WriteAllBytesAsync(PinnedPath, Sign(Root(4, "def/2"), "de"), None);

        var load = await LoadAsync();

        Assert.Null(load.State.FindDoubt(load.Marks, Now));
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "x") with { RootVersion = 4 }, "de"), load.State.Chain, null));
        await Store.SaveRevocationsAsync(load.State with { Revocations = list }, load.Marks, None);
        Assert.Equal(1, (await HighWaterMark.ReadRevocationsAsync(ListMarkPath, None))?.Number);
    }

    private TrustRootStore Store => field ??= new TrustRootStore(Path.Combine(_temp.Path, "trust"), _temp.Path);

    private string MarkPath => Path.Combine(_temp.Path, TrustRootStore.RootMarkFile);

    private string ListMarkPath => Path.Combine(_temp.Path, TrustRootStore.RevocationMarkFile);

    private string ListFile => Path.Combine(Directory.GetDirectories(Path.Combine(_temp.Path, "trust")).Single(), "revocations.json");

    private string PinnedPath => Path.Combine(_temp.Path, "root.json");

    private string RootFile(int version) =>
        Path.Combine(Directory.GetDirectories(Path.Combine(_temp.Path, "trust")).Single(), $"root-{version}.json");

    private async Task<TrustLoad> LoadAsync() => await new TrustRootStore(Path.Combine(_temp.Path, "trust"), _temp.Path).LoadAsync(PinnedPath, Fleet, None);

    // Signatures are random: the first root is created once; later ones have the same payload each time.
    private async Task<TrustLoad> SavedAsync(int versions)
    {
        if (!File.Exists(PinnedPath))
        {
            await File.WriteAllBytesAsync(PinnedPath, Sign(Root(1), "ab"), None);
        }

        var load = await Store.LoadAsync(PinnedPath, Fleet, None);
        var (state, marks) = (load.State, load.Marks);
        for (var version = state.Chain.Head.Version + 1; version <= versions; version++)
        {
            state = state with { Chain = Assert.IsType<RootVerdict.Accepted>(state.Chain.Append(Sign(Root(version), "ab"), Nobody)).Chain };
            marks = await Store.SaveRootAsync(state, marks, None);
        }

        return new TrustLoad(state, marks, null);
    }

    // Accepts a list, as a site does.
    private async Task<TrustLoad> TakeAsync(TrustLoad load, long number, string keys)
    {
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(number, keys), "ab"), load.State.Chain, load.State.Revocations));
        var state = load.State with { Revocations = list };
        return load with { State = state, Marks = await Store.SaveRevocationsAsync(state, load.Marks, None) };
    }
}
