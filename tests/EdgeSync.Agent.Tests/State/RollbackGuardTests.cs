using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Releases;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.State;

/// <summary>Two copies of the highest sequence: in the real database and in the real file, each lost or put back in turn.</summary>
public sealed class RollbackGuardTests : IDisposable
{
    private static readonly DateTimeOffset Expires = new(2026, 12, 21, 2, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Load_BothCopiesEqual_SaysNothing()
    {
        Open().Store.Commit(Record(42));

        var (store, memory) = Open();

        Assert.Equal(42, store.Load("stable").HighestSeen?.Sequence);
        Assert.Empty(memory.Notices);
    }

    [Fact]
    public void Load_DatabaseLost_RemembersByTheCopyAndSaysSo()
    {
        Open().Store.Commit(Record(42));
        LoseDatabase();

        var (store, memory) = Open();
        var record = store.Load("stable");

        Assert.Equal((Seen(42), Expires), (record.HighestSeen, record.NewestExpires));
        var notice = Assert.Single(memory.Notices);
        Assert.Equal(ReasonCodes.MemoryDiffers, notice.Reason);
        Assert.Contains("the database knows nothing of channel 'stable'", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OldDatabasePutBack_TheCopyCounts()
    {
        Open().Store.Commit(Record(40));
        SqliteConnection.ClearAllPools();
        File.Copy(_folder["site.db"], _folder["backup.db"]);
        Open().Store.Commit(Record(42));
        LoseDatabase();
        File.Copy(_folder["backup.db"], _folder["site.db"]);

        var (store, memory) = Open();

        Assert.Equal(Seen(42), store.Load("stable").HighestSeen);
        Assert.Contains("knows release 40", Assert.Single(memory.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CopyLost_TheDatabaseCountsAndTheCopyIsMadeAnew()
    {
        Open().Store.Commit(Record(42));
        File.Delete(_folder["memory.json"]);

        var (store, memory) = Open();
        var loaded = store.Load("stable");
        LoseDatabase();

        Assert.Equal(Seen(42), loaded.HighestSeen);
        Assert.Contains("the copy was lost", Assert.Single(memory.Notices).Message, StringComparison.Ordinal);
        Assert.Equal(Seen(42), Open().Store.Load("stable").HighestSeen);
    }

    [Fact]
    public void Load_OldCopyPutBack_TheDatabaseCounts()
    {
        Open().Store.Commit(Record(40));
        File.Copy(_folder["memory.json"], _folder["old.json"]);
        Open().Store.Commit(Record(42));
        File.Copy(_folder["old.json"], _folder["memory.json"], overwrite: true);

        var (store, memory) = Open();

        Assert.Equal(Seen(42), store.Load("stable").HighestSeen);
        Assert.Contains("the copy next to the keys knows release 40", Assert.Single(memory.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ExpiryUnknown_IsRememberedWithout()
    {
        Open().Store.Commit(Record(42) with { NewestExpires = null });
        LoseDatabase();

        var record = Open().Store.Load("stable");

        Assert.Equal((Seen(42), null), (record.HighestSeen, record.NewestExpires));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"channels\":{\"stable\":{\"sequence\":1e99,\"payload\":\"x\",\"epoch\":0}}}")]
    [InlineData("{\"channels\":null}")]
    public void Open_DamagedCopy_SaysSoAndTheDatabaseCounts(string content)
    {
        Open().Store.Commit(Record(42));
        File.WriteAllText(_folder["memory.json"], content);

        var (store, memory) = Open();

        Assert.Equal(Seen(42), store.Load("stable").HighestSeen);
        Assert.Contains(memory.Notices, notice => notice.Message.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_TwoReleasesUnderOneNumber_TheDatabaseCountsAndItIsSaid()
    {
        Open().Store.Commit(Record(42));
        LoseDatabase();
        File.Move(_folder["memory.json"], _folder["old.json"]);
        Open().Store.Commit(Record(42) with { HighestSeen = new SeenRelease(42, Digest.Of("other"u8)) });
        File.Move(_folder["old.json"], _folder["memory.json"], overwrite: true);

        var (store, memory) = Open();

        Assert.Equal(Digest.Of("other"u8), store.Load("stable").HighestSeen?.Payload);
        Assert.Contains("two different releases 42", Assert.Single(memory.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HigherEpochInTheCopy_IsHigherWhateverTheSequence()
    {
        Open().Store.Commit(Record(1) with { HighestSeen = new SeenRelease(1, Digest.Of("1"u8), 1) });
        var copy = File.ReadAllBytes(_folder["memory.json"]);
        LoseDatabase();
        File.Delete(_folder["memory.json"]);
        Open().Store.Commit(Record(9000));
        File.WriteAllBytes(_folder["memory.json"], copy);

        Assert.Equal((1, 1L), (Open().Store.Load("stable").HighestSeen!.Epoch, Open().Store.Load("stable").HighestSeen!.Sequence));
    }

    [Fact]
    public void Commit_CopyCannotBeWritten_IsSaidAndTheSiteGoesOn()
    {
        // A folder in its place: no rename puts a file there.
        Directory.CreateDirectory(_folder["memory.json"]);
        var (store, memory) = Open();

        store.Commit(Record(42));
        var notices = memory.Notices.Count;
        store.Commit(Record(43));
        var still = memory.Notices.Count;
        Directory.Delete(_folder["memory.json"]);
        store.Commit(Record(44));

        Assert.Equal(Seen(44), store.Load("stable").HighestSeen);
        Assert.Equal((notices, notices - 1), (still, memory.Notices.Count));
        Assert.Equal(Seen(44), Open().Store.Load("stable").HighestSeen);
    }

    [Fact]
    public void Commit_WritesTheCopyForItsOwnerAlone()
    {
        Open().Store.Commit(Record(42));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["memory.json"]));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private static SeenRelease Seen(long sequence) => new(sequence, Digest.Of([(byte)sequence]));

    private static ChannelRecord Record(long sequence) => new() { Channel = "stable", HighestSeen = Seen(sequence), NewestExpires = Expires };

    private void LoseDatabase()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(_folder.Path, "site.db*"))
        {
            File.Delete(file);
        }
    }

    private (SiteStore Store, RollbackGuard Memory) Open()
    {
        var database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        var memory = RollbackGuard.Open(_folder["memory.json"], NullLogger<RollbackGuard>.Instance);
        var clock = new SiteClock(_time, _time.GetUtcNow());
        var site = new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0");
        return (new SiteStore(database, new Ledger(database, site, _key, clock), memory, clock), memory);
    }
}
