using System.Globalization;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Tests.Configuration;

public sealed class WindowsSectionTests
{
    private const string Night = """
        timeZone: Europe/Berlin
        windows:
          download: [{cron: "0 22 * * *", duration: 8h}]
          activate: [{cron: "0 2 * * *", duration: 2h}, {cron: "30 12 * * *", duration: 30m, timeZone: America/New_York}]
          blackout: [{from: 2026-11-27, to: 2026-11-30, reason: Black Friday}, {from: 12-24, reason: Christmas Eve}]

        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 1, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Load_Windows_AreTakenWithTheSitesZone()
    {
        using var folder = new ConfigurationFolder();

        var windows = WindowsOf(folder.Load(ConfigurationFolder.Minimal + Night));

        Assert.Equal(new WindowSpan(Now, At("2026-11-24T05:00Z")), windows.Download.SpansFrom(Now).First());
        Assert.Equal(
            [new WindowSpan(Now, At("2026-11-24T03:00Z")), new WindowSpan(At("2026-11-24T17:30Z"), At("2026-11-24T18:00Z"))], windows.Activate.SpansFrom(Now).Take(2));
        Assert.Equal(["Black Friday", "Christmas Eve"], windows.Activate.Blackouts.Select(blackout => blackout.Reason));
        Assert.Equal((new DateOnly(2000, 12, 24), new DateOnly(2000, 12, 24), true), (windows.Activate.Blackouts[1].First, windows.Activate.Blackouts[1].Last, windows.Activate.Blackouts[1].IsYearly));
    }

    [Fact]
    public void Load_ChannelsWindows_ReplaceThoseOfTheSiteKeyByKey()
    {
        using var folder = new ConfigurationFolder();
        var text = ConfigurationFolder.Minimal.Replace(
            "retail/releases", "retail/releases\n    windows: {activate: always, blackout: [{from: 01-01, reason: New Year}]}", StringComparison.Ordinal);

        var windows = WindowsOf(folder.Load(text + Night));

        Assert.Empty(windows.Activate.Windows);
        Assert.Single(windows.Download.Windows);
        Assert.Equal(["New Year"], windows.Download.Blackouts.Select(blackout => blackout.Reason));
    }

    [Fact]
    public void Load_Splay_OpensTheWindowsOfThisSiteLater()
    {
        using var folder = new ConfigurationFolder();

        var windows = WindowsOf(folder.Load($"{ConfigurationFolder.Minimal}windows: {{activate: [{{cron: '0 2 * * *', duration: 1h, timeZone: UTC}}], splay: 30m}}\n"));

        // The place of store-0042 in half an hour.
        Assert.Equal(TimeSpan.FromSeconds(291), windows.Splay);
        Assert.Equal(new WindowSpan(At("2026-11-24T02:04:51Z"), At("2026-11-24T03:00Z")), windows.Activate.SpansFrom(Now).First());
    }

    [Fact]
    public void Load_NoWindows_IsAlwaysOpen()
    {
        using var folder = new ConfigurationFolder();

        var windows = WindowsOf(folder.Load(ConfigurationFolder.Minimal));

        Assert.True(windows.Download.IsAlways && windows.Activate.IsAlways);
    }

    [Theory]
    [InlineData("timeZone: Europe/Berlim", "timeZone: 'Europe/Berlim' is no time zone; did you mean 'Europe/Berlin'?")]
    [InlineData("timeZone: Mars/Olympus", "timeZone: 'Mars/Olympus' is no time zone; write an IANA name, such as Europe/Berlin or UTC")]
    [InlineData("timeZone: ../../etc/passwd", "timeZone: '../../etc/passwd' is no time zone; write an IANA name, such as Europe/Berlin or UTC")]
    [InlineData("windows: {activate: [{cron: '0 2 * *', duration: 2h}]}", "windows.activate[0].cron: '0 2 * *' has not five fields; write minute, hour, day of the month, month and day of the week, such as \"0 2 * * 1-5\"")]
    [InlineData("windows: {activate: [{cron: '@daily', duration: 2h}]}", "windows.activate[0].cron: '@daily' has not five fields")]
    [InlineData("windows: {activate: [{cron: '0 25 * * *', duration: 2h}]}", "windows.activate[0].cron: '0 25 * * *' is no cron expression: ")]
    [InlineData("windows: {activate: [{cron: '0 0 30 2 *', duration: 2h}]}", "windows.activate[0].cron: '0 0 30 2 *' never comes, such as February 30th; correct it")]
    [InlineData("windows: {activate: [{cron: '0 2 * * *'}]}", "windows.activate[0].duration: is missing; write 'duration: 2h'")]
    [InlineData("windows: {activate: [{duration: 2h}]}", "windows.activate[0].cron: is missing; write 'cron: \"0 2 * * 1-5\"'")]
    [InlineData("windows: {activate: [{cron: '0 2 * * *', duration: 30s}]}", "windows.activate[0].duration: '30s' is out of bounds; write 1m to 7d")]
    [InlineData("windows: {activate: never}", "windows.activate: 'never' is not known; write a list, or 'always'")]
    [InlineData("windows: {download: []}", "windows.download: is an empty list; write what it is to hold, or leave the key out")]
    [InlineData("windows: {blackout: [{from: 2026-02-30, reason: a}]}", "windows.blackout[0].from: '2026-02-30' is no day; write 2026-11-27, or 11-27 for every year")]
    [InlineData("windows: {blackout: [{from: 2026-11-27, to: 11-30, reason: a}]}", "windows.blackout[0].to: has another form than 'from'; write both with a year (yyyy-MM-dd) or both without (MM-dd), for every year")]
    [InlineData("windows: {blackout: [{from: 2026-11-27, to: 2026-11-26, reason: a}]}", "windows.blackout[0].to: is before 'from'")]
    [InlineData("windows: {blackout: [{from: 2026-11-27}]}", "windows.blackout[0].reason: is missing; write 'reason: stocktaking'")]
    [InlineData("windows: {activate: [{cron: '0 2 * * *', duration: 30m}], splay: 30m}", "windows: channel stable: the splay of 30m is not shorter than the window '0 2 * * *' of 30m, which some sites would never see open")]
    [InlineData("windows: {activat: []}", "windows.activat: unknown key; did you mean 'activate'?")]
    public void Load_WrongWindows_SaysWhatIsWrong(string key, string expected)
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Faults($"{ConfigurationFolder.Minimal}{key}\n"));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_NoZoneData_NamesTheFolderAndThePackage()
    {
        using var folder = new ConfigurationFolder();
        var missing = folder["zoneinfo"];

        Assert.Equal(
            $"'Europe/Berlin' cannot be looked up: this machine has no time zone data in {missing}; install them, on Debian with 'apt install tzdata'",
            TimeZoneValues.Problem("Europe/Berlin", missing));
    }

    [Fact]
    public void View_OfTheNextDay_HasLocalTimesUtcAndWhatWaits()
    {
        using var folder = new ConfigurationFolder();
        var configuration = folder.Load(ConfigurationFolder.Minimal + Night);

        var view = WindowsView.Of(configuration, Waiting(), Now, TimeSpan.FromDays(1));

        var channel = Assert.Single(view.Channels);
        Assert.Equal(
            [
                new WindowSpanView(Now, "Tue 2026-11-24 02:30 +01:00", IsOpen: true, At("2026-11-24T03:00Z"), "Tue 2026-11-24 04:00 +01:00"),
                new WindowSpanView(At("2026-11-24T17:30Z"), "Tue 2026-11-24 18:30 +01:00", IsOpen: false, At("2026-11-24T18:00Z"), "Tue 2026-11-24 19:00 +01:00"),
                new WindowSpanView(At("2026-11-25T01:00Z"), "Wed 2026-11-25 02:00 +01:00", IsOpen: false, At("2026-11-25T03:00Z"), "Wed 2026-11-25 04:00 +01:00"),
            ],
            channel.Activate);
        Assert.Equal(new WaitingView("shop 1.2 (release 7)", ReasonCodes.WindowClosed, "the activation waits for its window"), channel.Waiting);
    }

    [Fact]
    public void Write_ForPeople_HasARowForEachWindowAndALineForWhatWaits()
    {
        using var folder = new ConfigurationFolder();
        using var written = new StringWriter();
        var console = ConsoleOutput.Create(written, isTerminal: false, hasColours: false, windowWidth: 120);

        WindowsView.Of(folder.Load(ConfigurationFolder.Minimal + Night), Waiting(), Now, TimeSpan.FromHours(1)).Write(console);
        WindowsView.Of(folder.Load(ConfigurationFolder.Minimal), status: null, Now, TimeSpan.FromHours(1)).Write(console);

        var lines = written.ToString().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains("stable downloads open now Tue 2026-11-24 06:00 +01:00 3h30m", lines);
        Assert.Contains("stable activations open now Tue 2026-11-24 04:00 +01:00 1h30m", lines);
        Assert.DoesNotContain(lines, line => line.Contains("blackout", StringComparison.Ordinal));
        Assert.Contains("stable: shop 1.2 (release 7) waits, WindowClosed: the activation waits for its window", lines);
        Assert.Contains("stable activations at any time", lines);
    }

    [Fact]
    public void View_OfAWeekWithABlackout_NamesIt()
    {
        using var folder = new ConfigurationFolder();
        using var written = new StringWriter();

        var view = WindowsView.Of(folder.Load(ConfigurationFolder.Minimal + Night), status: null, Now, TimeSpan.FromDays(7));
        view.Write(ConsoleOutput.Create(written, isTerminal: false, hasColours: false, windowWidth: 120));

        Assert.Equal(["the blackout 2026-11-27 to 2026-11-30 (Black Friday)"], Assert.Single(view.Channels).Blackouts);
        Assert.Contains("stable: nothing begins in the blackout 2026-11-27 to 2026-11-30 (Black Friday)", written.ToString(), StringComparison.Ordinal);
    }

    private static ChannelWindows WindowsOf(AgentConfiguration configuration) =>
        configuration.WindowsOf(configuration.Channels[0]);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static SiteStatus Waiting() => new()
    {
        Fleet = "retail",
        Site = "store-0042",
        Agent = "0.1.0",
        At = Now,
        Channels =
        [
            new ChannelStatus
            {
                Channel = "stable",
                State = ChannelState.Waiting,
                Pending = new AcknowledgedRelease("stable", 7, Digest.Of("x"u8), "shop", "1.2"),
                Reason = ReasonCodes.WindowClosed,
                Message = "the activation waits for its window",
            },
        ],
    };
}
