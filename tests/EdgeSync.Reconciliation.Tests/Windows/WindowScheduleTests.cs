using System.Globalization;
using Cronos;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Windows;

public sealed class WindowScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset YearStart = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>Zone, cron expression and openings in UTC; openings.py next to it wrote them without cron.</summary>
    public static TheoryData<string, string, string> Openings
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var line in File.ReadLines(RepositoryFile.Path("tests/EdgeSync.Reconciliation.Tests/TestData/Windows/openings.txt")))
            {
                var fields = line.Split('|');
                rows.Add(fields[0], fields[1], fields[2]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Openings))]
    public void Over_a_whole_year_it_opens_and_closes_at_the_independent_times(string zone, string cron, string openings)
    {
        var expected = openings.Split(' ')
            .Select(text => DateTimeOffset.ParseExact($"2027{text}Z", "yyyyMMddHHmmK", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)).ToList();
        var duration = TimeSpan.FromMinutes(20);
        var schedule = new WindowSchedule([Window(cron, duration, zone)], [], TimeZoneInfo.Utc);
        var time = new ManualTimeProvider(YearStart);

        foreach (var opening in expected)
        {
            time.Advance(opening - Second - time.GetUtcNow());
            Assert.Equal(new WindowState.Closed(opening), schedule.At(time.GetUtcNow()));
            time.Advance(Second);
            Assert.Equal(new WindowState.Open(opening + duration), schedule.At(time.GetUtcNow()));
            time.Advance(duration - Second);
            Assert.Equal(new WindowState.Open(opening + duration), schedule.At(time.GetUtcNow()));
            time.Advance(Second);
            Assert.IsType<WindowState.Closed>(schedule.At(time.GetUtcNow()));
        }

        Assert.Equal(
            expected.Select(opening => new WindowSpan(opening, opening + duration)),
            schedule.SpansFrom(YearStart).TakeWhile(span => span.Start < YearStart.AddYears(1)));
    }

    [Fact]
    public void A_window_that_is_open_while_the_clock_is_put_lasts_as_long_as_it_says()
    {
        var schedule = new WindowSchedule([Window("0 1 * * *", TimeSpan.FromHours(3), "Europe/Berlin")], [], Berlin);

        // 01:00 to 05:00 on the wall in March, 01:00 to 03:00 in October.
        Assert.Equal(new WindowState.Open(At("2027-03-28T03:00Z")), schedule.At(At("2027-03-28T02:59Z")));
        Assert.Equal(new WindowState.Open(At("2027-10-31T02:00Z")), schedule.At(At("2027-10-31T01:59Z")));
    }

    [Fact]
    public void Windows_that_overlap_or_follow_each_other_are_one()
    {
        var schedule = new WindowSchedule(
            [Window("0 1 * * *", TimeSpan.FromHours(2)), Window("0 2 * * *", TimeSpan.FromHours(2)), Window("0 4 * * *", TimeSpan.FromHours(1))], [], TimeZoneInfo.Utc);

        Assert.Equal(
            [new WindowSpan(At("2027-01-01T01:00Z"), At("2027-01-01T05:00Z")), new WindowSpan(At("2027-01-02T01:00Z"), At("2027-01-02T05:00Z"))],
            schedule.SpansFrom(YearStart).Take(2));
    }

    [Fact]
    public void A_blackout_closes_whole_local_days_and_cuts_the_window_that_it_meets()
    {
        var schedule = new WindowSchedule(
            [Window("0 22 * * *", TimeSpan.FromHours(8), "Europe/Berlin")],
            [new Blackout(new DateOnly(2027, 11, 26), new DateOnly(2027, 11, 29), IsYearly: false, "Black Friday")],
            Berlin);

        // The window of the 25th ends at midnight, those of 26th to 28th are not, and that of the 29th begins at midnight, in its middle.
        Assert.Equal(
            [new WindowSpan(At("2027-11-25T21:00Z"), At("2027-11-25T23:00Z")), new WindowSpan(At("2027-11-29T23:00Z"), At("2027-11-30T05:00Z"))],
            schedule.SpansFrom(At("2027-11-25T12:00Z")).Take(2));
        var closed = Assert.IsType<WindowState.Closed>(schedule.At(At("2027-11-26T22:30Z")));
        Assert.Equal(At("2027-11-29T23:00Z"), closed.Opens);
        Assert.Equal("the blackout 2027-11-26 to 2027-11-29 (Black Friday)", closed.Blackout!.ToString());
    }

    [Theory]
    [InlineData("2027-12-22T23:00Z", "2028-01-02T23:00Z")]
    [InlineData("2031-01-01T12:00Z", "2031-01-02T23:00Z")]
    public void A_yearly_blackout_may_go_on_into_the_next_year(string during, string end)
    {
        var schedule = new WindowSchedule([], [new Blackout(new DateOnly(2000, 12, 23), new DateOnly(2000, 1, 2), IsYearly: true, "Christmas")], Berlin);

        Assert.Equal(At(end), Assert.IsType<WindowState.Closed>(schedule.At(At(during))).Opens);
        Assert.Equal(new WindowState.Open(At("2027-12-22T23:00Z")), schedule.At(At("2027-12-22T22:59:59Z")));
    }

    [Fact]
    public void A_yearly_blackout_of_the_leap_day_is_on_the_28th_in_other_years()
    {
        var leap = new Blackout(new DateOnly(2000, 2, 29), new DateOnly(2000, 2, 29), IsYearly: true, "audit");
        var schedule = new WindowSchedule([], [leap], TimeZoneInfo.Utc);

        Assert.Equal(At("2027-03-01T00:00Z"), Assert.IsType<WindowState.Closed>(schedule.At(At("2027-02-28T12:00Z"))).Opens);
        Assert.Equal(At("2028-03-01T00:00Z"), Assert.IsType<WindowState.Closed>(schedule.At(At("2028-02-29T12:00Z"))).Opens);
        Assert.IsType<WindowState.Open>(schedule.At(At("2028-02-28T12:00Z")));
    }

    [Fact]
    public void What_never_opens_says_so()
    {
        var always = new Blackout(new DateOnly(2000, 1, 1), new DateOnly(2000, 12, 31), IsYearly: true, "closed");

        Assert.Equal(new WindowState.Closed(null), new WindowSchedule([Window("0 0 31 2 *", TimeSpan.FromHours(1))], [], TimeZoneInfo.Utc).At(YearStart));
        Assert.Null(Assert.IsType<WindowState.Closed>(new WindowSchedule([Window("0 1 * * *", TimeSpan.FromHours(1))], [always], TimeZoneInfo.Utc).At(YearStart)).Opens);
        Assert.Empty(new WindowSchedule([Window("0 0 31 2 *", TimeSpan.FromHours(1))], [], TimeZoneInfo.Utc).SpansFrom(YearStart));
    }

    [Fact]
    public void Without_windows_and_blackouts_it_is_always_open() =>
        Assert.Equal([new WindowSpan(YearStart, null)], WindowSchedule.Always.SpansFrom(YearStart));

    private static Window Window(string cron, TimeSpan duration, string zone = "UTC") =>
        new(CronExpression.Parse(cron), duration, TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
