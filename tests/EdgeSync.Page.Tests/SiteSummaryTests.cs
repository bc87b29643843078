using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Page.Tests.Support;

namespace EdgeSync.Page.Tests;

/// <summary>What is said in the largest letters.</summary>
public sealed class SiteSummaryTests
{
    private static readonly ChannelStatus Healthy = new ScriptedSite().Channel;

    [Theory]
    [InlineData(ChannelState.Failed, "bad", "Failed")]
    [InlineData(ChannelState.Degraded, "warn", "Degraded")]
    [InlineData(ChannelState.Rejected, "bad", "Release refused")]
    [InlineData(ChannelState.RolledBack, "kept", "Rolled back")]
    [InlineData(ChannelState.Waiting, "busy", "Waiting")]
    [InlineData(ChannelState.Progressing, "busy", "In progress")]
    [InlineData(ChannelState.Empty, "good", "Healthy")]
    public void Of_TwoChannels_IsTheWorseOne(ChannelState state, string tone, string title)
    {
        var other = new ChannelStatus { Channel = "tools", State = state, Message = "because" };

        var summary = SiteSummary.Of(Status(Healthy, other));

        Assert.Equal((tone, title), (summary.Tone, summary.Title));
        Assert.Equal(new SummaryLine("stable", "shop 4.2.1 runs, for 2 d 5 h", null), summary.Lines[0]);
        Assert.Equal(state == ChannelState.Empty ? [] : [new SummaryLine("tools", "because", null)], summary.Lines.Skip(1));
    }

    [Fact]
    public void Of_AHeldSite_SaysSoWhetherSomethingWaitsOrNot()
    {
        HoldStatus[] holds = [new("ann", "flight 417", ScriptedSite.Start)];

        Assert.Equal(("held", "Healthy, held"), Words(SiteSummary.Of(Status(Healthy) with { Holds = holds })));
        Assert.Equal(("held", "Held"), Words(SiteSummary.Of(Status(Healthy with { State = ChannelState.Waiting, Reason = ReasonCodes.Held }) with { Holds = holds })));
        Assert.Equal(("warn", "Degraded"), Words(SiteSummary.Of(Status(Healthy with { State = ChannelState.Degraded }) with { Holds = holds })));
    }

    [Fact]
    public void Of_AHealthyChannelWithoutFreshReleases_IsNotGreen() =>
        Assert.Equal(("kept", "Freeze suspected"), Words(SiteSummary.Of(Status(Healthy with { FrozenSince = ScriptedSite.Start }))));

    [Fact]
    public void Of_NoRelease_IsNeitherGreenNorRed() =>
        Assert.Equal(("plain", "Nothing released"), Words(SiteSummary.Of(Status(new ChannelStatus { Channel = "stable", State = ChannelState.Empty }))));

    [Fact]
    public void FindOutdated_AnAnswer_CountsUntilTheMissionIsOverAndWhileTheSameRuns()
    {
        var status = Status(Healthy);
        var report = new PreflightReport
        {
            Fleet = "retail",
            Site = "store-0417",
            At = ScriptedSite.Start,
            EndedAt = ScriptedSite.Start,
            By = "ann",
            Verdict = PreflightVerdict.Go,
            Reasons = [],
            Checks = [],
            Running = [Healthy.Running!],
            MissionEnds = ScriptedSite.Start.AddHours(20),
        };

        Assert.Null(Find(report, status with { At = ScriptedSite.Start.AddHours(19) }));
        Assert.Equal("That mission is over.", Find(report, status with { At = ScriptedSite.Start.AddHours(20) }));
        Assert.Null(Find(report with { MissionEnds = null }, status with { At = ScriptedSite.Start.AddHours(11) }));
        Assert.Equal("That is long ago.", Find(report with { MissionEnds = null }, status with { At = ScriptedSite.Start.AddHours(12) }));
        Assert.Equal(
            "Since then channel stable runs something else.", Find(report, Status(Healthy with { Running = ScriptedSite.Release("shop", "4.3.0", 43) })));

        static string? Find(PreflightReport report, SiteStatus status) => new PreflightView { By = "ann", At = report.At, Report = report }.FindOutdated(status);
    }

    private static SiteStatus Status(params ChannelStatus[] channels) => new ScriptedSite().Status() with { Channels = channels };

    private static (string Tone, string Title) Words(SiteSummary summary) => (summary.Tone, summary.Title);
}
