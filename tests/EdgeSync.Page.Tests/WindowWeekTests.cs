using Cronos;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Page.Tests.Support;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Page.Tests;

public sealed class WindowWeekTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Of_WindowsOverMidnight_AreCutAtMidnight()
    {
        var site = new ScriptedSite();

        var week = Assert.Single(WindowWeek.Of(site.Windows, ScriptedSite.Start, Berlin));

        Assert.Equal(["Today", "Wed 2 Dec", "Thu 3 Dec", "Fri 4 Dec", "Sat 5 Dec", "Sun 6 Dec", "Mon 7 Dec"], week.Days.Select(day => day.Name));
        Assert.Equal(["00:00–06:00", "22:00–24:00"], week.Days[0].Downloads.Select(bar => bar.Text));
        Assert.Equal([(0.0, 0.25), (22 / 24.0, 2 / 24.0)], week.Days[0].Downloads.Select(bar => (bar.Start, bar.Length)));
        Assert.Equal(["02:00–04:00"], week.Days[1].Activations.Select(bar => bar.Text));
        Assert.Equal([null, null, null, "stocktaking", "stocktaking", null, null], week.Days.Select(day => day.Blackout));
        Assert.Empty(week.Days[3].Activations);
        Assert.Equal(18.7 / 24, week.Days[0].Now!.Value, 3);
        Assert.Equal(("closed, next 22:00", "closed, next Wed 2 Dec, 02:00"), (week.DownloadText, week.ActivateText));
    }

    [Fact]
    public void Of_TheDayWhenTheClockIsPutBack_Has25Hours()
    {
        var now = new DateTimeOffset(2026, 10, 25, 10, 0, 0, TimeSpan.Zero);
        var windows = new ChannelWindows(
            new WindowSchedule([new Window(CronExpression.Parse("0 12 * * *"), TimeSpan.FromHours(1), Berlin)], [], Berlin), WindowSchedule.Always);

        var day = Assert.Single(WindowWeek.Of([("stable", windows)], now, Berlin)).Days[0];

        var noon = Assert.Single(day.Downloads);
        Assert.Equal((13 / 25.0, 1 / 25.0, "12:00–13:00"), (Math.Round(noon.Start, 9), Math.Round(noon.Length, 9), noon.Text));
        Assert.Equal(12 / 25.0, day.Now!.Value, 9);
    }

    [Fact]
    public void Of_ChannelsWithTheSameWindows_AreOneStrip()
    {
        var site = new ScriptedSite();
        var night = site.Windows[0].Windows;

        var weeks = WindowWeek.Of([("stable", night), ("signage", night), ("tools", ChannelWindows.Always)], ScriptedSite.Start, Berlin);

        Assert.Equal(["stable, signage", "tools"], weeks.Select(week => string.Join(", ", week.Channels)));
        Assert.True(weeks[1] is { IsAlwaysActivate: true, IsAlwaysDownload: true, Days.Count: 0 });
    }
}
