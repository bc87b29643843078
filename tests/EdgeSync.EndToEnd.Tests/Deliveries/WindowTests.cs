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

    [PeerFact]
    public async Task When_the_window_has_closed_one_entry_says_what_became_of_the_night()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var now = TimeProvider.System.GetUtcNow();
        var opens = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(2);
        await world.ReconfigureAsync(site => site with
        {
            Windows = string.Create(CultureInfo.InvariantCulture, $"{{activate: [{{cron: \"{opens.Minute} {opens.Hour} * * *\", duration: 1m, timeZone: UTC}}]}}"),

            // Shorter than the window: what does not fit is not begun.
            HealthDeadline = "20s",
        });
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await AwaitClosedAsync(world);

        await Eventually.TrueAsync(() => Task.FromResult(world.Ledger().Any(entry => entry.Event == AcknowledgementEvent.NightReport)), "the night has ended", TimeSpan.FromMinutes(5));

        var entry = world.Ledger()[^1];
        Assert.Equal((AcknowledgementEvent.NightReport, null, "stable: done, shop 1.0.0"), (entry.Event, entry.Reason, entry.Message));
        Assert.True(entry.At >= opens.AddMinutes(1), $"reported at {entry.At:O}, open until {opens.AddMinutes(1):O}");
        var channel = Assert.Single(entry.Night!.Channels);
        Assert.Equal((NightOutcome.Done, "1.0.0", "1.0.0"), (channel.Outcome, channel.Planned!.Version, channel.Running!.Version));
        Assert.InRange(channel.ActivatedAt!.Value, opens, opens.AddMinutes(1));
        Assert.True(channel is { BytesReceived: > 0, ActivationMs: > 0 }, $"{channel}");
    }

    private static Task<SiteStatus> AwaitClosedAsync(ShopWorld world) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting, Reason: ReasonCodes.WindowClosed, Pending.Version: "1.0.0" }], "waiting for its window");
}
