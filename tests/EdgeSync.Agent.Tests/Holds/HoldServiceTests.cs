using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Tests.State;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Tests.Holds;

public sealed class HoldServiceTests : IDisposable
{
    private readonly HoldFixture _fixture = new();

    [Fact]
    public void Set_WithADuration_EndsByTheSitesClock()
    {
        var answer = Service().Set(new HoldRequest("crew", "in flight", ForSeconds: 3600));

        Assert.Equal(_fixture.Now.AddHours(1), Assert.Single(answer.Holds).Until);
    }

    [Theory]
    [InlineData("", "why", null, null, "the name of who holds")]
    [InlineData("crew", " ", null, null, "the reason must have 1 to 200 characters on one line")]
    [InlineData("crew", "two\nlines", null, null, "the reason must have 1 to 200 characters on one line")]
    [InlineData("crew", "red \u001b[31m", null, null, "the reason must have")]
    [InlineData("crew", "why", "other", null, "this site follows no channel 'other'")]
    [InlineData("crew", "why", null, 0L, "a hold lasts from a second to ten years")]
    [InlineData("crew", "why", null, long.MaxValue, "a hold lasts from a second to ten years")]
    public void Set_InvalidRequest_IsRefusedAsUsage(string owner, string reason, string? channel, long? seconds, string words)
    {
        var failure = Assert.Throws<AgentException>(() => Service().Set(new HoldRequest(owner, reason, channel, null, seconds)));

        Assert.Equal(("HoldInvalid", ExitCodes.Usage), (failure.Reason, failure.ExitCode));
        Assert.StartsWith(words, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Holds.All);
    }

    [Fact]
    public void Set_EndInThePast_NamesBothTimes()
    {
        var failure = Assert.Throws<AgentException>(() => Service().Set(new HoldRequest("crew", "why", Until: _fixture.Now.AddHours(-1))));

        Assert.Equal("the hold would end at 2026-11-21 01:00:00Z, and at this site it is 2026-11-21 02:00:00Z", failure.Message);
    }

    [Fact]
    public void Clear_OnlyOthersHold_NamesThem()
    {
        Service().Set(new HoldRequest("till", "open"));

        var failure = Assert.Throws<AgentException>(() => Service().Clear(new HoldEnding("crew", "crew")));

        Assert.Equal(("NoSuchHold", "no such hold of crew; the site is held by till"), (failure.Reason, failure.Message));
        Assert.Single(_fixture.Holds.All);
    }

    [Fact]
    public void Clear_NothingHeld_Succeeds() => Assert.Empty(Service().Clear(new HoldEnding("crew", "crew")).Ended);

    [Fact]
    public void Clear_OneChannel_KeepsTheHoldOfTheSite()
    {
        Service().Set(new HoldRequest("crew", "whole"));
        Service().Set(new HoldRequest("crew", "part", "stable"));

        var answer = Service().Clear(new HoldEnding("crew", "crew", "stable"));

        Assert.Equal(("part", "whole"), (Assert.Single(answer.Ended).Reason, Assert.Single(answer.Holds).Reason));
    }

    public void Dispose() => _fixture.Dispose();

    private HoldService Service() => new(_fixture.Holds, ["stable"], _fixture.Time);
}
