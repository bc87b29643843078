using EdgeSync.Agent.Time;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Time;

public sealed class SiteClockTests
{
    private static readonly DateTimeOffset Proven = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void GetUtcNow_MachineIn1970_GoesOnFromWhatIsProven()
    {
        var machine = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var clock = new SiteClock(machine, Proven);

        machine.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(Proven.AddMinutes(3), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        Assert.False(clock.IsTrusted);
    }

    [Fact]
    public void GetUtcNow_MachineAhead_IsTheMachines()
    {
        var machine = new ManualTimeProvider(Proven.AddDays(2));
        var clock = new SiteClock(machine, Proven);

        Assert.Equal(Proven.AddDays(2), clock.GetUtcNow());
        Assert.True(clock.IsTrusted);
    }

    [Fact]
    public void Prove_LaterTime_MovesTheClockOn()
    {
        var machine = new ManualTimeProvider(Proven);
        var clock = new SiteClock(machine, Proven);

        clock.Prove(Proven.AddDays(1));

        Assert.Equal(Proven.AddDays(1), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Prove_EarlierTime_ChangesNothing()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven), Proven);

        clock.Prove(DateTimeOffset.UnixEpoch);

        Assert.Equal(Proven, clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void IsTrusted_MachineALittleBehind_StaysTrue()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven.AddMinutes(-4)), Proven);

        Assert.True(clock.IsTrusted);
    }
}
