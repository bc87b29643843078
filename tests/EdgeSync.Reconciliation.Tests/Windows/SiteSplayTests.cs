using System.Globalization;
using Cronos;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Tests.Windows;

public sealed class SiteSplayTests
{
    private static readonly TimeSpan Splay = TimeSpan.FromMinutes(30);

    [Fact]
    public void ShareOf_ThousandSites_IsEvenAndAlwaysTheSame()
    {
        var names = Enumerable.Range(1, 1000).Select(number => string.Create(CultureInfo.InvariantCulture, $"store-{number:0000}")).ToList();

        var shares = names.Select(name => SiteSplay.ShareOf(Splay, "retail", name)).ToList();

        Assert.All(shares, share => Assert.InRange(share, TimeSpan.Zero, Splay - TimeSpan.FromSeconds(1)));
        Assert.Equal(shares, names.Select(name => SiteSplay.ShareOf(Splay, "retail", name)));

        // Kolmogorov and Smirnov: an even spread of 1,000 deviates from the straight line by more than 0.052 once in a hundred times.
        var deviation = shares.Order().Select((share, index) => Math.Abs((share / Splay) - ((index + 0.5) / shares.Count))).Max();
        Assert.InRange(deviation, 0, 0.052);

        // In no minute of the 30 are there more than twice as many as on the average.
        Assert.InRange(shares.GroupBy(share => (int)share.TotalMinutes).Max(minute => minute.Count()), 34, 66);
    }

    [Fact]
    public void ShareOf_KnownName_NeverChanges() => Assert.Equal(TimeSpan.FromSeconds(291), SiteSplay.ShareOf(Splay, "retail", "store-0042"));

    [Fact]
    public void Window_WithASplay_OpensLaterAndClosesAsItSays()
    {
        var night = new Window(CronExpression.Parse("0 2 * * *"), TimeSpan.FromHours(1), TimeZoneInfo.Utc) { Splay = TimeSpan.FromMinutes(12) };
        var schedule = new WindowSchedule([night], [], TimeZoneInfo.Utc);
        var two = new DateTimeOffset(2027, 1, 1, 2, 0, 0, TimeSpan.Zero);

        Assert.Equal(new WindowState.Closed(two.AddMinutes(12)), schedule.At(two));
        Assert.Equal(new WindowState.Open(two.AddHours(1)), schedule.At(two.AddMinutes(12)));
        Assert.Equal(new WindowState.Closed(two.AddDays(1).AddMinutes(12)), schedule.At(two.AddHours(1)));
    }
}
