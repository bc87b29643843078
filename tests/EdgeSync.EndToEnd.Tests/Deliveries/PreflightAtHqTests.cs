using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>HQ asks a site for a preflight, with the published binary on a real node, the real HQ and the real broker.</summary>
public sealed class PreflightAtHqTests
{
    [PeerFact]
    public async Task A_site_refuses_until_its_configuration_lets_HQ_ask_and_then_answers_GO_on_the_board()
    {
        await using var shop = await GatedShop.StartAsync(withPods: true);
        await shop.Delivery.DeliverAsync(new ShopVersion("1.0.0"));
        await shop.Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.Healthy }], "healthy at 1.0.0");

        await shop.AskForPreflightAsync();
        var refused = await shop.AwaitBoardAsync("refused");
        Assert.Equal("PreflightNotAllowed", (string?)refused["reply"]!["reason"]);
        Assert.DoesNotContain(shop.Ledger(), entry => entry.Event == AcknowledgementEvent.Preflight);

        var file = shop.Configuration.FilePath;
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\nhq:\n", "\nhq:\n  mayAskForPreflight: true\n", StringComparison.Ordinal));
        await shop.KillAndStartAsync();
        await shop.Site.AwaitStatusAsync(status => status is { OutboxLength: 0, Channels: [{ State: ChannelState.Healthy, LastSeen: not null }] }, "up again");
        await shop.AskForPreflightAsync();

        var site = await shop.AwaitBoardAsync("go");
        var report = Assert.Single(shop.Ledger(), entry => entry.Event == AcknowledgementEvent.Preflight).Preflight!;
        Assert.EndsWith(" at HQ", report.By, StringComparison.Ordinal);
        Assert.Null(report.Hold);
        Assert.Equal((report.By, report.Deadline, report.MissionEnds), ((string?)site["last"]!["by"], (DateTimeOffset?)site["last"]!["deadline"], (DateTimeOffset?)site["last"]!["missionEnds"]));
        Assert.Equal(TimeSpan.FromHours(1), report.MissionEnds - report.Deadline);
        await shop.AssertHqHasAllAsync();
    }
}
