using System.Globalization;
using EdgeSync.Agent.Night;
using EdgeSync.Agent.Tests.Configuration;

namespace EdgeSync.Agent.Tests.Night;

public sealed class NightScheduleTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    [Theory]
    // One night of two windows: the report follows the later end.
    [InlineData("download: [{cron: \"0 22 * * *\", duration: 4h}], activate: [{cron: \"0 3 * * *\", duration: 2h}]", "2026-12-01T12:00Z", "2026-12-02T04:00Z")]
    [InlineData("download: [{cron: \"0 22 * * *\", duration: 4h}], activate: [{cron: \"0 3 * * *\", duration: 2h}]", "2026-12-02T03:59Z", "2026-12-02T04:00Z")]
    [InlineData("download: [{cron: \"0 22 * * *\", duration: 4h}], activate: [{cron: \"0 3 * * *\", duration: 2h}]", "2026-12-02T04:00Z", "2026-12-03T04:00Z")]
    // Between them, the night is not over.
    [InlineData("download: [{cron: \"0 22 * * *\", duration: 4h}], activate: [{cron: \"0 3 * * *\", duration: 2h}]", "2026-12-02T01:30Z", "2026-12-02T04:00Z")]
    // Downloads at any time have no end.
    [InlineData("download: always, activate: [{cron: \"0 2 * * 6\", duration: 2h}]", "2026-12-01T12:00Z", "2026-12-05T03:00Z")]
    // Two windows a day that are far apart are two nights.
    [InlineData("activate: [{cron: \"0 2 * * *\", duration: 2h}, {cron: \"0 13 * * *\", duration: 1h}]", "2026-12-01T04:00Z", "2026-12-01T13:00Z")]
    // A blackout cuts the night; the night in it has no report.
    [InlineData("activate: [{cron: \"0 22 * * *\", duration: 6h}], blackout: [{from: 2026-12-02, reason: stocktaking}]", "2026-12-01T12:00Z", "2026-12-01T23:00Z")]
    [InlineData("activate: [{cron: \"0 2 * * *\", duration: 2h}], blackout: [{from: 2026-12-02, reason: stocktaking}]", "2026-12-01T12:00Z", "2026-12-03T03:00Z")]
    // The night in which the clock goes back is longer by an hour of UTC.
    [InlineData("activate: [{cron: \"0 1 * * *\", duration: 4h}]", "2026-10-24T12:00Z", "2026-10-25T03:00Z")]
    [InlineData("download: always", "2026-12-01T12:00Z", null)]
    public void NextAfter_Windows_IsTheEndOfTheNight(string windows, string after, string? expected) =>
        Assert.Equal(expected is null ? null : Time(expected), Schedule($"windows: {{{windows}}}").NextAfter(Time(after)));

    [Theory]
    [InlineData("2026-12-01T12:00Z", "2026-12-02T05:30Z")]
    [InlineData("2026-03-28T12:00Z", "2026-03-29T04:30Z")]
    [InlineData("2026-12-02T05:30Z", "2026-12-03T05:30Z")]
    public void NextAfter_TimeOfTheDay_IsThatOfTheSite(string after, string expected) =>
        Assert.Equal(Time(expected), Schedule("report: {at: \"06:30\"}\nwindows: {activate: [{cron: \"0 2 * * *\", duration: 2h}]}").NextAfter(Time(after)));

    [Theory]
    [InlineData("report: {at: \"6:30\"}", "is no time of the day")]
    [InlineData("report: {at: \"24:00\"}", "is no time of the day")]
    [InlineData("report: {at: never}", "is no time of the day")]
    [InlineData("report: {on: \"06:30\"}", "on")]
    public void Report_WrongTime_IsAFault(string report, string problem) => Assert.Contains(_folder.Faults(ConfigurationFolder.Minimal + report), fault => fault.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Report_None_IsOff() => Assert.True(_folder.Load(ConfigurationFolder.Minimal + "report: {at: none}\n").Report.IsOff);

    public void Dispose() => _folder.Dispose();

    private NightSchedule Schedule(string text)
    {
        var configuration = _folder.Load(ConfigurationFolder.Minimal + $"timeZone: Europe/Berlin\n{text}\n");
        return new NightSchedule(
            [.. configuration.Channels.Select(configuration.WindowsOf).SelectMany(windows => new[] { windows.Download, windows.Activate })], configuration.Report.At, configuration.TimeZone);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
