using EdgeSync.Agent.State;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.State;

public sealed class StageHistoryTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 2, 0, 0, TimeSpan.Zero);
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Last_AfterARestart_IsTheNewestTwentyOfTheChannelAndStage()
    {
        var history = Open();
        for (var seconds = 1; seconds <= 25; seconds++)
        {
            history.Add("stable", new StageDuration(PipelineStage.Confirm, TimeSpan.FromSeconds(seconds), At.AddDays(seconds)));
            history.Add("other", new StageDuration(PipelineStage.Confirm, TimeSpan.FromHours(seconds), At));
        }

        var fetched = new StageDuration(PipelineStage.Fetch, TimeSpan.FromMilliseconds(1500), At) { Bytes = 123_456_789_012 };
        history.Add("stable", fetched);
        SqliteConnection.ClearAllPools();

        history = Open();

        Assert.Equal(Enumerable.Range(6, 20).Reverse(), history.Last("stable", PipelineStage.Confirm).Select(duration => (int)duration.Took.TotalSeconds));
        Assert.Equal(At.AddDays(25), history.Last("stable", PipelineStage.Confirm)[0].At);
        Assert.Equal([fetched], history.Last("stable", PipelineStage.Fetch));
        Assert.Empty(history.Last("stable", PipelineStage.Rollback));
    }

    [Fact]
    public void Open_DatabaseOfAnOlderAgent_KeepsWhatItHasAndGainsTheHistory()
    {
        var old = SqliteDatabase.Open(_folder["site.db"], [.. SiteSchema.Steps.Take(4)]);
        using (var connection = old.Connect())
        {
            SiteSettings.Write(connection, SiteSettings.ConfirmedThrough, "12");
        }

        SqliteConnection.ClearAllPools();

        Assert.Empty(Open().Last("stable", PipelineStage.Confirm));
        using var migrated = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps).Connect();
        Assert.Equal("12", SiteSettings.Read(migrated, SiteSettings.ConfirmedThrough));
    }

    [Fact]
    public void Add_DatabaseThatCannotBeWritten_LosesTheEstimateOnly()
    {
        var history = Open();
        using (var connection = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps).Connect())
        {
            using var drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE stage_durations";
            drop.ExecuteNonQuery();
        }

        history.Add("stable", new StageDuration(PipelineStage.Confirm, TimeSpan.FromSeconds(1), At));

        Assert.Empty(history.Last("stable", PipelineStage.Confirm));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private StageHistory Open() => new(SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps), NullLogger<StageHistory>.Instance);
}
