using EdgeSync.Agent.State;
using EdgeSync.Reconciliation.State;
using EdgeSync.Sqlite;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.State;

public sealed class HoldStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Active_NoHold_IsNull() => Assert.Null(Open().Active(Now));

    [Fact]
    public void Active_AfterARestart_StillHolds()
    {
        Open().Add(new Hold("crew", "in flight", Now, Expires: null));

        Assert.Equal("crew", Open().Active(Now)?.Owner);
    }

    [Fact]
    public void Active_Expired_IsNull()
    {
        var holds = Open();
        holds.Add(new Hold("crew", "in flight", Now, Now.AddHours(1)));

        Assert.NotNull(holds.Active(Now));
        Assert.Null(holds.Active(Now.AddHours(1)));
    }

    [Fact]
    public void Active_Several_NamesTheOneThatEndsLast()
    {
        var holds = Open();
        holds.Add(new Hold("short", "a", Now, Now.AddHours(1)));
        holds.Add(new Hold("long", "b", Now, Now.AddHours(5)));

        Assert.Equal("long", holds.Active(Now)?.Owner);
    }

    [Fact]
    public void Remove_Owner_EndsTheirHoldsOnly()
    {
        var holds = Open();
        holds.Add(new Hold("crew", "a", Now, null));
        holds.Add(new Hold("till", "b", Now, null));

        Assert.True(holds.Remove("crew"));
        Assert.False(holds.Remove("crew"));
        Assert.Equal("till", holds.Active(Now)?.Owner);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private HoldStore Open() => new(SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps));
}
