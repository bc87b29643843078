using EdgeSync.Agent.Night;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Tests.Night;

public sealed class NightReportBuilderTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 30, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddDays(1);
    private static readonly AcknowledgedRelease One = Release(1);
    private static readonly AcknowledgedRelease Two = Release(2);

    [Fact]
    public void Build_ReleaseThatBecameHealthy_IsDoneWithItsTimesAndBytes()
    {
        var channel = Only(
            new ChannelStatus { Channel = "stable", State = ChannelState.Healthy, Running = Two },
            Entry(AcknowledgementEvent.Received, Two, 1),
            Entry(AcknowledgementEvent.Staged, Two, 2),
            Entry(AcknowledgementEvent.Activating, Two, 3),
            Entry(AcknowledgementEvent.Healthy, Two, 4) with { DurationMs = 61_000 });

        Assert.Equal(
            new NightChannel("stable", NightOutcome.Done) { Planned = Two, Running = Two, BytesReceived = 4711, ActivatedAt = From.AddHours(3), ActivationMs = 61_000 }, channel);
    }

    [Fact]
    public void Build_ReleaseThatFailed_NamesItAndNotWhatRunsAgain()
    {
        var channel = Only(
            new ChannelStatus { Channel = "stable", State = ChannelState.RolledBack, Running = One, Reason = "HealthDeadlineExceeded", Message = new string('m', 900) },
            Entry(AcknowledgementEvent.Activating, Two, 3),
            Entry(AcknowledgementEvent.Failed, Two, 4),
            Entry(AcknowledgementEvent.RolledBack, One, 5));

        Assert.Equal((NightOutcome.RolledBack, Two, One, "HealthDeadlineExceeded"), (channel.Outcome, channel.Planned, channel.Running, channel.Reason));
        Assert.Equal(NightReport.MaxTextLength, channel.Message!.Length);
        Assert.Null(channel.ActivationMs);
    }

    [Theory]
    [InlineData(ChannelState.Waiting, NightOutcome.Waiting)]
    [InlineData(ChannelState.Progressing, NightOutcome.UnderWay)]
    [InlineData(ChannelState.Rejected, NightOutcome.Rejected)]
    [InlineData(ChannelState.Degraded, NightOutcome.Degraded)]
    [InlineData(ChannelState.Failed, NightOutcome.Failed)]
    public void Build_WhatIsPending_IsPlannedThoughNothingHappenedTonight(ChannelState state, NightOutcome expected)
    {
        var channel = Only(new ChannelStatus { Channel = "stable", State = state, Running = One, Pending = Two, Reason = "WindowTooShort", Message = "why" });

        Assert.Equal((expected, Two, "WindowTooShort", "why"), (channel.Outcome, channel.Planned, channel.Reason, channel.Message));
    }

    [Fact]
    public void Build_QuietNight_HasEveryChannelWithNothingPlanned()
    {
        var report = NightReportBuilder.Build(
            From, Until, [Entry(AcknowledgementEvent.Repaired, null, 1), Entry(AcknowledgementEvent.Preflight, null, 1)],
            [new ChannelStatus { Channel = "stable", State = ChannelState.Healthy, Running = One }, new ChannelStatus { Channel = "signage", State = ChannelState.Empty }],
            new Dictionary<string, long>());

        Assert.Equal(["stable", "signage"], report.Channels.Select(channel => channel.Channel));
        Assert.All(report.Channels, channel => Assert.Equal((NightOutcome.Nothing, null, 0L), (channel.Outcome, channel.Planned, channel.BytesReceived)));
        Assert.Equal((1, NightOutcome.Nothing, "nothing was planned"), (report.Repairs, report.Outcome, NightReportBuilder.Describe(report)));
    }

    [Fact]
    public void Describe_SaysWhatWasNotDoneAndWhy()
    {
        var report = NightReportBuilder.Build(
            From, Until, [],
            [
                new ChannelStatus { Channel = "stable", State = ChannelState.Waiting, Pending = Two, Message = "held by ann" },
                new ChannelStatus { Channel = "signage", State = ChannelState.Healthy, Running = One },
            ],
            new Dictionary<string, long>());

        Assert.Equal("stable: waiting, shop 2.0.0, held by ann", NightReportBuilder.Describe(report));
        Assert.Equal(NightOutcome.Waiting, report.Outcome);
    }

    private static NightChannel Only(ChannelStatus status, params Acknowledgement[] entries) => Assert.Single(NightReportBuilder.Build(
        From, Until, [.. entries, Entry(AcknowledgementEvent.Failed, Release(9) with { Channel = "other" }, 5)], [status], new Dictionary<string, long> { ["stable"] = 4711 }).Channels);

    private static AcknowledgedRelease Release(int version) => new("stable", version, Digest.Of([(byte)version]), "shop", $"{version}.0.0");

    private static Acknowledgement Entry(AcknowledgementEvent happened, AcknowledgedRelease? release, int hours) =>
        new() { Fleet = "retail", Site = "store-0042", Number = hours, At = From.AddHours(hours), Event = happened, Release = release };
}
