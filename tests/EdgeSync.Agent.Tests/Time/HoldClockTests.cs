using EdgeSync.Agent.Time;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Time;

public sealed class HoldClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _machine = new(Start);

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    [InlineData(26_000)]
    public void GetUtcNow_MachinesClockIsSet_AddsTheTimeThatPassed(int days)
    {
        var holds = new HoldClock(new SiteClock(_machine, Start));

        _machine.Advance(TimeSpan.FromHours(1));
        _machine.SetUtcNow(_machine.GetUtcNow().AddDays(days));
        _machine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Start.AddHours(2), holds.GetUtcNow());
    }

    // The machine booted in 1970, and a registry sent the time.
    [Fact]
    public void GetUtcNow_LaterTimeIsProven_UsesIt()
    {
        _machine.SetUtcNow(DateTimeOffset.UnixEpoch);
        var clock = new SiteClock(_machine, Start);
        var holds = new HoldClock(clock);

        clock.AdvanceLowerBound(Start.AddDays(3));
        _machine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Start.AddDays(3).AddHours(1), holds.GetUtcNow());
    }
}
