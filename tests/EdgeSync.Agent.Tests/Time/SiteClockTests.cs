using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Time;

public sealed class SiteClockTests
{
    private static readonly DateTimeOffset Proven = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void GetUtcNow_MachineIn1970_ContinuesFromTheProvenTime()
    {
        var machine = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var clock = new SiteClock(machine, Proven);

        machine.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(Proven.AddMinutes(3), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        Assert.False(clock.IsTrusted);
    }

    [Fact]
    public void GetUtcNow_MachineAhead_ReturnsTheMachinesTime()
    {
        var machine = new ManualTimeProvider(Proven.AddDays(2));
        var clock = new SiteClock(machine, Proven);

        Assert.Equal(Proven.AddDays(2), clock.GetUtcNow());
        Assert.True(clock.IsTrusted);
    }

    [Fact]
    public void Prove_LaterTime_AdvancesTheClock()
    {
        var machine = new ManualTimeProvider(Proven);
        var clock = new SiteClock(machine, Proven);

        clock.AdvanceLowerBound(Proven.AddDays(1));

        Assert.Equal(Proven.AddDays(1), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Prove_EarlierTime_ChangesNothing()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven), Proven);

        clock.AdvanceLowerBound(DateTimeOffset.UnixEpoch);

        Assert.Equal(Proven, clock.GetUtcNow(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void IsTrusted_MachineSlightlyBehind_StaysTrue()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven.AddMinutes(-4)), Proven);

        Assert.True(clock.IsTrusted);
    }

    [Fact]
    public void GetUtcNow_1970AtBootAfterAnUnprovenRun_ContinuesFromWhereTheAgentStopped()
    {
        var stopped = Proven.AddDays(40);

        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), Proven, stopped);

        Assert.Equal(stopped, clock.GetUtcNow());
        Assert.Equal((Proven, stopped), (clock.Proven, clock.LastSeen));
        Assert.Equal(ReasonCodes.ClockDoubted, clock.Doubt?.Reason);
    }

    [Fact]
    public void GetUtcNow_1970AtTheFirstBoot_IsNotBeforeThisProgramExisted()
    {
        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), proven: null);

        Assert.Equal(2026, clock.GetUtcNow().Year);
        Assert.Null(clock.Proven);
        Assert.False(clock.IsTrusted);
    }

    [Fact]
    public void ProveByPeer_1970AtTheFirstBoot_SetsTheTime()
    {
        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), proven: null);

        clock.ProveByPeer(Proven.AddYears(3), isNow: true);

        Assert.Equal(Proven.AddYears(3), clock.GetUtcNow());
    }

    [Fact]
    public void GetUtcNow_2099AtBoot_IsFollowedDoubtedAndNotStored()
    {
        var clock = new SiteClock(new ManualTimeProvider(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)), Proven, Proven);

        Assert.Equal(2099, clock.GetUtcNow().Year);
        Assert.Equal((Proven, null), (clock.Proven, clock.LastSeen));
        Assert.Contains("more than a year after", clock.Doubt?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetUtcNow_JumpForwardAndBackWhileRunning_RecoversTheTime()
    {
        var machine = new ManualTimeProvider(Proven);
        var clock = new SiteClock(machine, Proven, Proven);

        machine.SetUtcNow(Proven.AddYears(70));
        var ahead = (clock.GetUtcNow(), clock.IsTrusted);
        machine.Advance(TimeSpan.FromMinutes(10));
        machine.SetUtcNow(Proven.AddMinutes(10));

        Assert.Equal((Proven.AddYears(70), false), ahead);
        Assert.Equal(Proven.AddMinutes(10), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        Assert.True(clock.IsTrusted);
    }

    [Fact]
    public void GetUtcNow_SetBackWhileRunning_AddsTheTimeThatPassed()
    {
        var machine = new ManualTimeProvider(Proven.AddDays(1));
        var clock = new SiteClock(machine, Proven);
        clock.AdvanceLowerBound(Proven.AddDays(1));

        machine.Advance(TimeSpan.FromHours(3));
        machine.SetUtcNow(Proven.AddYears(-1));

        Assert.Equal(Proven.AddDays(1).AddHours(3), clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        Assert.False(clock.IsTrusted);
    }

    [Fact]
    public void Restarts_WithoutANetwork_TimeNeverGoesBack()
    {
        var (proven, seen) = ((DateTimeOffset?)Proven, (DateTimeOffset?)null);
        var latest = Proven;
        foreach (var atBoot in new[] { Proven.AddDays(90), DateTimeOffset.UnixEpoch, Proven.AddDays(91), Proven.AddDays(-5), DateTimeOffset.UnixEpoch })
        {
            var machine = new ManualTimeProvider(atBoot);
            var clock = new SiteClock(machine, proven, seen);
            machine.Advance(TimeSpan.FromHours(2));

            Assert.True(clock.GetUtcNow() >= latest, $"{clock.GetUtcNow():u} is before {latest:u}");
            (proven, seen, latest) = (clock.Proven, clock.LastSeen, clock.GetUtcNow());
        }
    }

    [Fact]
    public void ProveByPeer_MachineAgrees_ForgetsALaterTimeThatWasOnlyClaimed()
    {
        var wrong = Proven.AddDays(300);
        var clock = new SiteClock(new ManualTimeProvider(Proven.AddDays(2)), Proven, wrong);
        var before = clock.GetUtcNow();

        clock.ProveByPeer(Proven.AddDays(2).AddSeconds(3), isNow: true);

        Assert.Equal(wrong, before);
        Assert.Equal(Proven.AddDays(2).AddSeconds(3), clock.GetUtcNow());
        Assert.True(clock.IsTrusted);
    }

    [Fact]
    public void ProveByPeer_EarlierThanTheSite_ChangesNothingAndRaisesDoubt()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven.AddDays(100)), Proven);

        clock.ProveByPeer(Proven.AddDays(1), isNow: true);

        Assert.Equal(Proven.AddDays(100), clock.GetUtcNow());
        Assert.Contains("the registry or HQ said", clock.Doubt?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProveByPeer_FarAheadOfACorrectClock_IsNotBelieved()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven.AddDays(1)), Proven);

        clock.ProveByPeer(Proven.AddYears(70), isNow: true);

        Assert.Equal(Proven.AddDays(1), clock.GetUtcNow());
    }

    [Fact]
    public void ProveByPeer_MachineBehind_LeapsOnceAndAYearAtMost()
    {
        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), Proven);

        clock.ProveByPeer(Proven.AddYears(70), isNow: true);
        var afterTheFirst = clock.GetUtcNow();
        clock.ProveByPeer(Proven.AddDays(300), isNow: true);
        clock.ProveByPeer(Proven.AddDays(600), isNow: true);

        Assert.Equal(Proven, afterTheFirst);
        Assert.Equal(Proven.AddDays(300), clock.GetUtcNow());
    }

    [Fact]
    public void Prove_SignedFarAhead_IsNotBelieved()
    {
        var clock = new SiteClock(new ManualTimeProvider(Proven), Proven);

        clock.AdvanceLowerBound(Proven.AddYears(70));
        clock.AdvanceLowerBound(Proven.AddDays(399));

        Assert.Equal(Proven.AddDays(399), clock.GetUtcNow());
    }
}
