using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class StatusViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_NotLive_SaysHowOldTheWordIsAndNothingOfTheRegistry()
    {
        var text = Write(new SiteStatus
        {
            Fleet = "retail",
            Site = "store-0042",
            Agent = "0.1.0",
            Live = false,
            At = Now.AddHours(-3.5),
            Channels = [new ChannelStatus { Channel = "stable", State = ChannelState.Healthy, Since = Now.AddDays(-2) }],
        });

        Assert.Contains("The agent does not run. Last known, 3 h ago (2026-11-21 07:30:00Z):", text, StringComparison.Ordinal);
        Assert.Contains("2 days ago", text, StringComparison.Ordinal);
        Assert.DoesNotContain("never", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Live_SaysThatTheRegistryWasNeverSeen()
    {
        var text = Write(new SiteStatus
        {
            Fleet = "retail",
            Site = "store-0042",
            Agent = "0.1.0",
            Live = true,
            At = Now,
            Channels = [new ChannelStatus { Channel = "stable", State = ChannelState.Healthy, Since = Now }],
        });

        Assert.Contains("never", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Last known", text, StringComparison.Ordinal);
    }

    private static string Write(SiteStatus status)
    {
        using var written = new StringWriter();
        StatusView.Write(status, Now, new Terminal(written, isTerminal: false, hasColours: false, () => 80));
        return written.ToString();
    }
}
