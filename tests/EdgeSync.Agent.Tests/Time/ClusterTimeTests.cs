using EdgeSync.Agent.Time;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Time;

public sealed class ClusterTimeTests
{
    private static readonly DateTimeOffset Proven = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("1970-01-01", "2026-11-21T02:03")]
    [InlineData("2099-01-01", "2026-11-21T02:03")]
    [InlineData("2026-12-24", "2026-12-24T00:03")]
    public void GetUtcNow_ClockDoubted_ReturnsTheProvenTimeOtherwiseTheMachines(string machineSays, string expected)
    {
        var machine = new ManualTimeProvider(Utc(machineSays));
        var time = new ClusterTime(new SiteClock(machine, Proven));

        machine.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(Utc(expected), time.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void GetUtcNow_NothingProven_ReturnsTheSitesTime() =>
        Assert.Equal(2099, new ClusterTime(new SiteClock(new ManualTimeProvider(Utc("2099-01-01")), proven: null)).GetUtcNow().Year);

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
