using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>"No changes now", said at the site: by way of the daemon's socket, and where no daemon runs in its state.</summary>
public sealed class HoldTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_held_site_stages_and_waits_until_the_hold_is_cleared()
    {
        await using var world = await StartHealthyAsync();
        var said = await HoldAsync(world, "set", "--reason", "in flight", "--by", "crew");
        Assert.Contains("held:  the whole site by crew", said, StringComparison.Ordinal);

        await world.Delivery.DeliverAsync(Two);
        var status = await AwaitHeldAsync(world);

        Assert.Equal(("crew", "in flight"), (Assert.Single(status.Holds!).Owner, status.Holds![0].Reason));
        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        // Somebody else's hold does not go by accident.
        var refused = await ShopWorld.EdgeSync.RunAsync(["hold", "clear", "--by", "ops", "--config", world.Configuration.FilePath]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the site is held by crew (NoSuchHold)", refused.Error, StringComparison.Ordinal);

        Assert.Contains("ended: the whole site by crew", await HoldAsync(world, "clear", "--of", "crew", "--by", "ops"), StringComparison.Ordinal);
        status = await world.AwaitHealthyAsync("2.0.0");

        Assert.Null(status.Holds);
        AcknowledgementEvent[] wanted = [AcknowledgementEvent.Held, AcknowledgementEvent.Waiting, AcknowledgementEvent.Released, AcknowledgementEvent.Activating];
        var ledger = world.Ledger().SkipWhile(entry => entry.Event != AcknowledgementEvent.Held).Where(entry => wanted.Contains(entry.Event)).ToList();
        Assert.Equal(wanted, ledger.Select(entry => entry.Event));
        Assert.Equal("crew holds the site until it is cleared: in flight", ledger[0].Message);
        Assert.Equal("ops ended the hold of crew on the site: in flight", ledger[2].Message);
    }

    [PeerFact]
    public async Task A_hold_that_runs_out_is_acknowledged_before_the_change_that_waited_for_it()
    {
        await using var world = await StartHealthyAsync();
        await HoldAsync(world, "set", "--reason", "lunch", "--by", "crew", "--until", "8s", "--channel", "stable");
        await world.Delivery.DeliverAsync(Two);

        await world.AwaitHealthyAsync("2.0.0");

        var ledger = world.Ledger().SkipWhile(entry => entry.Event != AcknowledgementEvent.Held).Select(entry => entry.Event).ToList();
        Assert.Single(ledger, happened => happened == AcknowledgementEvent.Released);
        Assert.True(ledger.IndexOf(AcknowledgementEvent.Released) < ledger.IndexOf(AcknowledgementEvent.Activating), string.Join(", ", ledger));
    }

    [PeerFact]
    public async Task A_hold_said_while_no_daemon_runs_holds_the_next_one()
    {
        await using var world = await StartHealthyAsync();

        // A killed daemon leaves its socket behind.
        await world.Site.KillAsync();
        await HoldAsync(world, "set", "--reason", "repair", "--by", "crew");
        Assert.Contains("repair", await HoldAsync(world, "list"), StringComparison.Ordinal);
        await world.Delivery.DeliverAsync(Two);
        world.Site.Start();
        await AwaitHeldAsync(world);

        await world.Site.StopAsync();
        await HoldAsync(world, "clear", "--by", "crew");
        world.Site.Start();

        await world.AwaitHealthyAsync("2.0.0");
        Assert.Contains(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Released);
    }

    private static async Task<ShopWorld> StartHealthyAsync()
    {
        var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        return world;
    }

    private static Task<string> HoldAsync(ShopWorld world, params string[] words) =>
        ShopWorld.EdgeSync.RequireAsync(["hold", .. words, "--config", world.Configuration.FilePath]);

    private static Task<SiteStatus> AwaitHeldAsync(ShopWorld world) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting, Reason: ReasonCodes.Held, Pending.Version: "2.0.0" }], "held before 2.0.0");
}
