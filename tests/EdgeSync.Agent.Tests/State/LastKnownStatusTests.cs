using EdgeSync.Agent.State;
using EdgeSync.Agent.Tests.Trust;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Tests.State;

public sealed class LastKnownStatusTests : IAsyncLifetime, IDisposable
{
    private readonly TrustFixture _fixture = new();

    public async Task InitializeAsync()
    {
        using var trust = await _fixture.OpenAsync();
        await trust.ImportAsync(
            new TrustImport([_fixture.Sign(_fixture.Root(2), "a b"), _fixture.Sign(_fixture.Revoke(4, "", Digest.Of("bad"u8)), "a b")]), CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Read_TrustRoot_IsTheNewestOnDisk()
    {
        var status = await ReadAsync();

        Assert.Equal((2L, 4L, null), (status!.Version, status.Revocations, status.Reason));
        Assert.Equal(_fixture.Root(2).ExpiresAt, status.ExpiresAt);
    }

    [Fact]
    public async Task Read_RootExpiredMeanwhile_SaysSo()
    {
        _fixture.Time.Advance(TimeSpan.FromDays(366));

        Assert.Equal(TrustReasons.RootExpired, (await ReadAsync())?.Reason);
    }

    [Fact]
    public async Task Read_RecordsAndMarksAreGone_SaysWhatIsLeftAndChangesNothing()
    {
        Directory.Delete(Path.Combine(_fixture.State, "trust"), recursive: true);
        var before = Files();

        Assert.Equal((1L, TrustReasons.RootRolledBack), (await ReadAsync() is { } held ? (held.Version, held.Reason) : default));
        Assert.Equal(before, Files());

        Array.ForEach(Directory.GetFiles(_fixture.Identity, "highest-*"), File.Delete);
        before = Files();
        Assert.Equal((1L, null), (await ReadAsync() is { } first ? (first.Version, first.Reason) : default));
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task Read_PinnedRootUnusable_SaysNothingOfTrust()
    {
        _fixture.Pin("junk"u8.ToArray());

        Assert.Null(await ReadAsync());
    }

    private async Task<Contracts.Messaging.TrustStatus?> ReadAsync() =>
        (await LastKnownStatus.ReadAsync(_fixture.Configuration, _fixture.Time, CancellationToken.None)).Trust;

    private List<string> Files() => [.. Directory.GetFileSystemEntries(_fixture.State, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith("-shm", StringComparison.Ordinal) && !path.EndsWith("-wal", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
