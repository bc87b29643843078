using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>The published binary keeps to windows, by the machine's own time zone data.</summary>
public sealed class WindowTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_release_waits_for_its_window_over_a_kill_and_begins_when_it_opens()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);

        // Two to three minutes ahead, on a wall in a zone that is no whole hour from UTC.
        var now = TimeProvider.System.GetUtcNow();
        var opens = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(3);
        var wall = TimeZoneInfo.ConvertTime(opens, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"));
        await world.ReconfigureAsync(site => site with
        {
            Windows = string.Create(CultureInfo.InvariantCulture, $"{{activate: [{{cron: \"{wall.Minute} {wall.Hour} * * *\", duration: 1h, timeZone: Asia/Kathmandu}}]}}"),
        });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await AwaitClosedAsync(world);
        var listed = JsonNode.Parse((await world.RunAsync("windows", "--next", "1d", "--output", "json")).Output)!["channels"]![0]!;
        Assert.Equal(opens, listed["activate"]![0]!["opens"]!.GetValue<DateTimeOffset>());
        Assert.Equal(ReasonCodes.WindowClosed, listed["waiting"]!["reason"]!.GetValue<string>());

        await world.Site.KillAsync();
        Assert.Contains("activations", (await world.RunAsync("windows")).Output, StringComparison.Ordinal);
        world.Site.Start();
        await world.Site.AwaitStatusAsync(
            status => status.Channels is [{ State: ChannelState.Healthy, Running.Version: "1.0.0" }], "healthy after the window opened", TimeSpan.FromMinutes(4));

        var began = world.Ledger().Single(entry => entry.Event == AcknowledgementEvent.Activating);
        Assert.InRange(began.At, opens, opens.AddSeconds(30));
        Assert.Single(world.Ledger(), entry => entry is { Event: AcknowledgementEvent.Waiting, Reason: ReasonCodes.WindowClosed });
    }

    [PeerFact]
    public async Task A_person_begins_outside_of_the_window_with_a_name_and_a_reason_in_the_ledger()
    {
        var hour = TimeProvider.System.GetUtcNow().AddHours(12).Hour;
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with
        {
            Windows = string.Create(
                CultureInfo.InvariantCulture,
                $"{{download: [{{cron: \"0 {hour} * * *\", duration: 1h, timeZone: UTC}}], activate: [{{cron: \"0 {hour} * * *\", duration: 1h, timeZone: UTC}}]}}"),
        });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await AwaitClosedAsync(world);
        Assert.Equal(75, (await world.RunAsync("sync")).ExitCode);
        Assert.Equal(64, (await world.RunAsync("sync", "--now")).ExitCode);

        var synced = await world.RunAsync("sync", "--now", "--reason", "till 3 prints nothing", "--by", "anna");

        Assert.True(synced.ExitCode == 0, synced.Error + synced.Output);
        await world.AwaitHealthyAsync("1.0.0");
        var said = world.Ledger().Single(entry => entry.Event == AcknowledgementEvent.Released);
        Assert.Equal("anna lets channel stable begin outside of its windows once: till 3 prints nothing", said.Message);
    }

    private static Task<SiteStatus> AwaitClosedAsync(ShopWorld world) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting, Reason: ReasonCodes.WindowClosed, Pending.Version: "1.0.0" }], "waiting for its window");
}
