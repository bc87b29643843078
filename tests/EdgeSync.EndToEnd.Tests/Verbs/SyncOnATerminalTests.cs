using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync sync</c> for a person at a terminal: bars, and Ctrl-C.</summary>
public sealed class SyncOnATerminalTests
{
    private const string Escape = "\u001b[";
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    /// <summary>It waits for ever for the health of its pages.</summary>
    private static readonly ShopVersion Endless = new("1.0.0") { HasPods = false, MoreDefinition = ShopVersion.NeverReady };

    [PeerFact]
    public async Task A_pass_is_shown_by_bars_that_end_at_a_hundred_percent()
    {
        await using var world = await StartAsync("60s");
        await world.Delivery.DeliverAsync(One);

        await using var terminal = Sync(world);

        Assert.Equal(ExitCodes.Ok, await terminal.AwaitExitAsync());
        Assert.Contains(Escape, terminal.Screen, StringComparison.Ordinal);
        Assert.Contains("━", terminal.Screen, StringComparison.Ordinal);
        Assert.Contains("100%", terminal.Screen, StringComparison.Ordinal);
        Assert.Contains("stable apply", terminal.Screen, StringComparison.Ordinal);
        Assert.Contains($"{Escape}1mCHANNEL", terminal.Screen, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Ctrl_C_ends_a_pass_of_its_own_and_the_next_sync_goes_on()
    {
        await using var world = await StartAsync("60s");
        await world.Delivery.DeliverAsync(Endless);
        await using var terminal = Sync(world);
        await terminal.AwaitAsync("stable confirm");

        await terminal.PressCtrlCAsync();

        Assert.Equal(ExitCodes.Interrupted, await terminal.AwaitExitAsync());
        Assert.Contains("stopped", terminal.Screen, StringComparison.Ordinal);
        Assert.Equal(
            [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating],
            world.Ledger().Select(entry => entry.Event));

        await world.ReconfigureAsync(site => site with { HealthDeadline = "2s" });
        var next = await world.RunAsync("sync");
        Assert.Equal(ExitCodes.Failure, next.ExitCode);
        Assert.Contains("HealthDeadlineExceeded", next.Output, StringComparison.Ordinal);
        Assert.Equal(AcknowledgementEvent.Failed, world.Ledger()[3].Event);
    }

    [PeerFact]
    public async Task Ctrl_C_ends_the_watching_and_the_daemon_goes_on()
    {
        // Ctrl+C must come before the deadline, also on a slow machine.
        await using var world = await StartAsync("60s");
        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        await world.Delivery.DeliverAsync(Endless);
        await using var terminal = Sync(world);
        await terminal.AwaitAsync("stable confirm");

        await terminal.PressCtrlCAsync();

        Assert.Equal(ExitCodes.Interrupted, await terminal.AwaitExitAsync());
        await world.Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.Failed }], "failed, by its deadline");
    }

    private static Task<ShopWorld> StartAsync(string healthDeadline) =>
        ShopWorld.StartAsync(withPods: false, site => site with { Every = "1h", HealthDeadline = healthDeadline });

    private static Terminal Sync(ShopWorld world) =>
        Terminal.Start(ShopWorld.EdgeSync.Path, "sync", "--config", world.Configuration.FilePath);
}
