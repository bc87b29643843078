using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Tests.Commands;

public sealed class StatusViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_NotLive_ShowsTheAgeOfTheStatusAndNothingAboutTheRegistry()
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
    public void Write_Live_ShowsThatTheRegistryWasNeverSeen()
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

    [Fact]
    public void Write_TrustRoot_PrintsOneShortLine()
    {
        var text = Write(Site(new TrustStatus { Version = 3, ExpiresAt = Now.AddDays(30), Revocations = 2 }));

        Assert.Contains("\nTrust: root 3, expires on 2026-12-21, list 2 of revocations\nLedger:", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TrustRootInDoubt_ShowsReasonAndHint()
    {
        var text = Write(Site(new TrustStatus { Version = 3, ExpiresAt = Now, Reason = "RootExpired", Message = "it is \u001b[31mover", Hint = "Publish the next." }));

        Assert.Contains(
            "\nTrust: root 3, expired on 2026-11-21\n  RootExpired: it is ", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\n  hint: Publish the next.\nLedger:", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_KeysInTheConfiguration_ShowsNothingAboutTrust() => Assert.DoesNotContain("Trust:", Write(Site(trust: null)), StringComparison.Ordinal);

    [Fact]
    public void Write_DetailsOfAFailure_PrintsEachLineAndObeysNone()
    {
        var text = Write(Site(trust: null) with
        {
            Channels =
            [
                new ChannelStatus
                {
                    Channel = "stable",
                    State = ChannelState.Failed,
                    Reason = "HealthFailed",
                    Message = "it crashes",
                    Hint = "Look.",
                    Details = ["log of pod shop/web-1, container web:", "  [red]cannot open\u001b[2J the database"],
                },
            ],
        });

        Assert.Contains(
            "\n  hint: Look.\n  | log of pod shop/web-1, container web:\n  |   [red]cannot open?[2J the database\n", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static SiteStatus Site(TrustStatus? trust) => new() { Fleet = "retail", Site = "store-0042", Agent = "0.1.0", Live = true, At = Now, Trust = trust };

    private static string Write(SiteStatus status)
    {
        using var written = new StringWriter();
        StatusView.Write(status, Now, ConsoleOutput.Create(written, isTerminal: false, hasColours: false, 80));
        return written.ToString();
    }
}
