using EdgeSync.Agent.Night;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Night;

/// <summary>Reports of nights in which the window closes at 04:00, on a real database and ledger.</summary>
public sealed class NightReporterTests : IDisposable
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 30, 20, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly AcknowledgedRelease Two = new("stable", 2, Digest.Of("two"u8), "shop", "2.0.0");

    private readonly ConfigurationFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _machine = new(Evening);
    private readonly SiteClock _time;
    private readonly SqliteDatabase _database;
    private readonly Ledger _ledger;
    private ChannelStatus _channel = new() { Channel = "stable", State = ChannelState.Healthy };

    public NightReporterTests()
    {
        _time = new SiteClock(_machine, Evening);
        _database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        _ledger = new Ledger(_database, new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0"), _key, _time);
    }

    [Fact]
    public async Task Night_ThatEnds_IsOneSignedEntryWithWhatHappenedInIt()
    {
        Append(AcknowledgementEvent.Healthy, Two with { Sequence = 1 });
        using var reporter = await StartAsync();
        await PassAsync(TimeSpan.FromHours(6));
        Append(AcknowledgementEvent.Received, Two);
        new TransferLog(_database, _time, NullLogger<TransferLog>.Instance).Add("stable", 1234);
        _channel = _channel with { State = ChannelState.Waiting, Pending = Two, Reason = "Held", Message = "held by ann" };
        await PassAsync(TimeSpan.FromHours(2));

        Assert.Empty(Nights());
        await PassAsync(TimeSpan.FromMinutes(5));

        var entry = Assert.Single(Nights());
        Assert.Equal((AcknowledgementEvent.NightReport, "NightIncomplete", "stable: waiting, shop 2.0.0, held by ann"), (entry.Event, entry.Reason, entry.Message));
        Assert.Equal(new NightChannel("stable", NightOutcome.Waiting) { Planned = Two, Reason = "Held", Message = "held by ann", BytesReceived = 1234 }, Assert.Single(entry.Night!.Channels));
        Assert.Equal((Evening, Evening.AddHours(32)), (entry.Night.From, entry.Night.Next));
        AssertThatHqAccepts();

        // The next night begins where this report ends.
        _channel = _channel with { State = ChannelState.Healthy, Pending = null, Running = Two, Reason = null, Message = null };
        await PassAsync(TimeSpan.FromDays(1));
        Assert.Equal((2, entry.Night.Until, null), (Nights().Count, Nights()[0].Night!.From, Nights()[0].Reason));
    }

    [Fact]
    public async Task Activation_ThatIsUnderWayAtTheEnd_IsWaitedForAndThenReported()
    {
        using var reporter = await StartAsync();
        _channel = _channel with { State = ChannelState.Progressing, Pending = Two };
        await PassAsync(TimeSpan.FromHours(8.5));
        Assert.Empty(Nights());

        _channel = _channel with { State = ChannelState.Healthy, Pending = null, Running = Two };
        reporter.Wake();
        await UntilAsync(() => Nights().Count == 1);

        Assert.Equal(NightOutcome.Nothing, Nights()[0].Night!.Outcome);
    }

    [Fact]
    public async Task Activation_ThatDoesNotEndInAnHour_IsReportedAsUnderWay()
    {
        using var reporter = await StartAsync();
        _channel = _channel with { State = ChannelState.Progressing, Pending = Two };
        await PassAsync(TimeSpan.FromHours(9.2));

        Assert.Equal(NightOutcome.UnderWay, Assert.Single(Nights()).Night!.Outcome);
    }

    [Fact]
    public async Task Nights_InWhichTheAgentDidNotRun_AreOneReportAtItsStart()
    {
        using (await StartAsync())
        {
        }

        await PassAsync(TimeSpan.FromDays(3));
        using var again = await StartAsync();
        await UntilAsync(() => Nights().Count == 1);
        await PassAsync(TimeSpan.FromHours(1));

        var night = Assert.Single(Nights()).Night!;
        Assert.Equal((Evening, Evening.AddDays(3)), (night.From, night.Until));
    }

    [Fact]
    public async Task ClockThatWasYearsAhead_DoesNotPutTheNextReportOff()
    {
        using (var connection = _database.Connect())
        {
            SiteSettings.Write(connection, SiteSettings.NightReported, "2099-01-01T00:00:00.0000000+00:00");
        }

        using var reporter = await StartAsync();
        await PassAsync(TimeSpan.FromHours(9));

        Assert.Equal(Evening, Assert.Single(Nights()).Night!.From);
    }

    [Fact]
    public async Task Report_None_MakesNoEntry()
    {
        using var reporter = await StartAsync("report: {at: none}\n");
        await PassAsync(TimeSpan.FromDays(2));

        Assert.Empty(Nights());
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private async Task<NightReporter> StartAsync(string rest = "")
    {
        var configuration = _folder.Load(ConfigurationFolder.Minimal + "timeZone: UTC\nwindows: {download: always, activate: [{cron: \"0 2 * * *\", duration: 2h}]}\n" + rest);
        var reporter = new NightReporter(configuration, () => [_channel], _ledger, _database, _time, NullLogger<NightReporter>.Instance);
        await reporter.StartAsync(CancellationToken.None);
        if (!configuration.Report.IsOff)
        {
            await UntilAsync(HasBegun);
        }

        return reporter;
    }

    // In steps, so that the loop looks as often as it would.
    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMinutes(1))
        {
            _machine.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private bool HasBegun()
    {
        using var connection = _database.Connect();
        return SiteSettings.ReadTime(connection, SiteSettings.NightReported) <= _time.GetUtcNow();
    }

    private List<Acknowledgement> Nights() => [.. new LedgerReader(_database).NewestFirst().Where(entry => entry.Event == AcknowledgementEvent.NightReport)];

    private void Append(AcknowledgementEvent happened, AcknowledgedRelease release)
    {
        using (var connection = _database.Connect())
        {
            _ledger.Append(connection, new AcknowledgementDraft(happened, release));
        }

        _ledger.NotifyAppended();
    }

    private void AssertThatHqAccepts()
    {
        LedgerHead? head = null;
        foreach (var entry in _ledger.Read(1, 100))
        {
            head = Assert.IsType<LedgerVerdict.Valid>(AcknowledgementVerifier.Verify(entry.Envelope, new LedgerExpectation("retail", "store-0042", _key.PublicKey, head))).Head;
        }
    }
}
