using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks that judge the site's status.</summary>
public sealed class StatusChecksTests : IDisposable
{
    private readonly CheckFixture _site = new();

    [Fact]
    public async Task Channels_HealthyOnTheNewest_Pass() =>
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new ChannelsCheck(), _site.Context())).Outcome);

    [Fact]
    public async Task ChannelsAndLink_NothingKnownOfAChannel_DoNotPass()
    {
        var context = _site.Context();
        var status = context.Status with { };
        status.Channels = [];
        context = context with { Status = status };

        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new ChannelsCheck(), context)).Outcome);
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new LinkCheck(), context)).Outcome);
    }

    [Fact]
    public async Task Interlocks_ClosedOrNot_FailOrPassWithEachOne()
    {
        using var site = new CheckFixture("interlocks: [{name: door, message: the hatch is open, hint: Close it., file: {path: /proc/self/none, is: present}}, {name: root, file: {path: /, is: present}}]\n");

        var closed = await RunAsync(new InterlocksCheck(site.Configuration.Interlocks, TimeProvider.System), site.Context());
        var open = await RunAsync(new InterlocksCheck([site.Configuration.Interlocks[1]], TimeProvider.System), site.Context());
        var none = await RunAsync(new InterlocksCheck([], TimeProvider.System), site.Context());

        Assert.Equal(
            (CheckOutcome.Failed, "interlock door is closed: the hatch is open ('/proc/self/none' is missing)", "Close it."), (closed.Outcome, closed.Found, closed.Do));
        Assert.Equal((CheckOutcome.Passed, "all 1 interlock(s) are open"), (open.Outcome, open.Found));
        Assert.Equal((CheckOutcome.Passed, "this site has no interlock"), (none.Outcome, none.Found));
    }

    [Fact]
    public async Task Interlocks_OfAChannelThatIsNotAskedAbout_DoNotCount()
    {
        using var site = new CheckFixture("interlocks: [{name: door, channels: [stable], file: {path: /proc/self/none, is: present}}]\n");

        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new InterlocksCheck(site.Configuration.Interlocks, TimeProvider.System), site.Context() with { Only = ["tools"] })).Outcome);
    }

    [Fact]
    public async Task Channels_NothingReleased_Warn() =>
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new ChannelsCheck(), _site.Context(new ChannelStatus { Channel = "stable", State = ChannelState.Empty }))).Outcome);

    [Theory]
    [InlineData(ChannelState.Waiting)]
    [InlineData(ChannelState.Rejected)]
    [InlineData(ChannelState.RolledBack)]
    [InlineData(ChannelState.Degraded)]
    [InlineData(ChannelState.Progressing)]
    [InlineData(ChannelState.Failed)]
    public async Task Channels_NotHealthy_FailWithReasonAndHint(ChannelState state)
    {
        var finding = await RunAsync(new ChannelsCheck(), _site.Context(CheckFixture.Healthy with { State = state, Reason = "Held", Message = "held by ann", Hint = "Ask ann." }));

        Assert.Equal((CheckOutcome.Failed, "Ask ann."), (finding.Outcome, finding.Do));
        Assert.Contains("held by ann (Held)", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_HealthyWithSomethingPending_Fail() =>
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new ChannelsCheck(), _site.Context(CheckFixture.Healthy with { Pending = CheckFixture.Release with { Sequence = 8 } }))).Outcome);

    [Fact]
    public async Task Channels_ChannelThatIsNotAskedAbout_DoesNotCount()
    {
        var context = _site.Context(CheckFixture.Healthy, CheckFixture.Healthy with { Channel = "canary", State = ChannelState.Failed });

        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new ChannelsCheck(), context)).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new ChannelsCheck(), context with { Only = ["stable"] })).Outcome);
    }

    [Fact]
    public async Task Link_SeenInTime_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new LinkCheck(), _site.Context())).Outcome);

    [Fact]
    public async Task Link_SeenLongAgo_WarnsWithTheAgeAndFailsWhereALinkIsRequired()
    {
        var context = _site.Context(CheckFixture.Healthy with { LastSeen = CheckFixture.Now.AddMinutes(-200), Reason = "RegistryUnreachable", Message = "no route" });

        var finding = await RunAsync(new LinkCheck(), context);
        Assert.Equal(CheckOutcome.Warned, finding.Outcome);
        Assert.Contains("last seen 3 h 20 min ago, at 2026-11-30 02:40:00Z (RegistryUnreachable)", finding.Found, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new LinkCheck(), context with { RequireLink = true })).Outcome);
    }

    [Fact]
    public async Task Link_SeenBeforeTheReload_Warns() =>
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new LinkCheck(), _site.Context() with { SeenSince = CheckFixture.Now.AddSeconds(-10) })).Outcome);

    [Fact]
    public async Task Link_NewestReleaseExpired_Warns() =>
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new LinkCheck(), _site.Context(CheckFixture.Healthy with { FrozenSince = CheckFixture.Now.AddHours(-1) }))).Outcome);

    [Fact]
    public async Task Holds_None_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new HoldsCheck(), _site.Context())).Outcome);

    [Fact]
    public async Task Holds_OwnHold_PassesAndIsNamed()
    {
        var finding = await RunAsync(new HoldsCheck(), Held("ann") with { By = "ann" });

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.Single(finding.Details);
    }

    [Fact]
    public async Task Holds_HoldOfAnother_Fails()
    {
        var finding = await RunAsync(new HoldsCheck(), Held("bob") with { By = "ann" });

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("by bob", finding.Found, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new HoldsCheck(), Held("bob", "canary") with { Only = ["stable"] })).Outcome);
    }

    [Theory]
    [InlineData(0, CheckOutcome.Passed)]
    [InlineData(3, CheckOutcome.Warned)]
    public async Task Outbox_WithHq_WarnsWhileSomethingWaits(int waiting, CheckOutcome expected)
    {
        using var site = new CheckFixture("hq: {broker: 'mqtt://127.0.0.1:1883', ledgerKeyFile: a.pub}\n");
        var context = site.Context();

        Assert.Equal(expected, (await RunAsync(new OutboxCheck(), context with { Status = context.Status with { OutboxLength = waiting, LedgerNumber = 9 } })).Outcome);
    }

    [Fact]
    public async Task Outbox_WithoutHq_Passes()
    {
        var context = _site.Context();

        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new OutboxCheck(), context with { Status = context.Status with { OutboxLength = 9 } })).Outcome);
    }

    [Fact]
    public async Task Clock_Trusted_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new ClockCheck(At(CheckFixture.Now)), _site.Context())).Outcome);

    [Fact]
    public async Task Clock_BehindTheSitesTime_Fails() =>
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new ClockCheck(At(CheckFixture.Now.AddHours(-1))), _site.Context())).Outcome);

    [Fact]
    public async Task Clock_Doubted_FailsWithTheAgentsWords()
    {
        var context = _site.Context();
        var finding = await RunAsync(
            new ClockCheck(At(CheckFixture.Now)), context with { Status = context.Status with { Notices = [new SiteNotice(ReasonCodes.ClockDoubted, "the machine's clock says 1970", "Set the clock.")] } });

        Assert.Equal((CheckOutcome.Failed, "the machine's clock says 1970"), (finding.Outcome, finding.Found));
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new ClockCheck(At(CheckFixture.Now)), context with { Status = Untrusted(context.Status) })).Outcome);
    }

    [Fact]
    public async Task Agent_Runs_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new AgentCheck(), _site.Context())).Outcome);

    [Fact]
    public async Task Agent_StoppedOrWithANotice_Warns()
    {
        var context = _site.Context();

        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new AgentCheck(), context with { Status = context.Status with { Live = false } })).Outcome);
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new AgentCheck(), context with { Status = context.Status with { Notices = [new SiteNotice("MirrorDown", "the port is taken", null)] } })).Outcome);
    }

    public void Dispose() => _site.Dispose();

    private static SiteStatus Untrusted(SiteStatus status)
    {
        var other = status with { };
        other.ClockTrusted = false;
        return other;
    }

    private static ManualTimeProvider At(DateTimeOffset time)
    {
        var provider = new ManualTimeProvider();
        provider.SetUtcNow(time);
        return provider;
    }

    private static Task<CheckFinding> RunAsync(ISiteCheck check, CheckContext context) => check.RunAsync(context, CancellationToken.None);

    private CheckContext Held(string owner, string? channel = null)
    {
        var context = _site.Context();
        return context with { Status = context.Status with { Holds = [new HoldStatus(owner, "mission", CheckFixture.Now.AddHours(-1), null, channel)] } };
    }
}
