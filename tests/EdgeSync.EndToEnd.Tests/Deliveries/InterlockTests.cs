using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>Interlocks of the published binary: a file that a device of the site writes, and a program.</summary>
public sealed class InterlockTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_release_waits_for_an_interlock_whatever_anybody_asks_for_and_begins_when_it_opens()
    {
        var engine = "";
        await using var world = await ShopWorld.StartAsync(withPods: false, site =>
        {
            engine = Path.Combine(site.Folder, "engine");
            return site with { Interlocks = $"[{{name: engine-off, message: the engine runs, every: 5s, file: {{path: {engine}, is: absent}}}}]" };
        });
        await File.WriteAllTextAsync(engine, "");
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await AwaitClosedAsync(world, "1.0.0");

        // Nobody overrides it: neither a person nor a preflight.
        Assert.Equal(75, (await world.RunAsync("sync")).ExitCode);
        Assert.Equal(75, (await world.RunAsync("sync", "--now", "--reason", "till 3 prints nothing", "--by", "anna")).ExitCode);
        var preflight = await world.RunAsync("preflight", "--by", "ann");
        Assert.Equal(1, preflight.ExitCode);
        Assert.Contains($"interlock engine-off is closed: the engine runs ('{engine}' is there)", preflight.Output, StringComparison.Ordinal);
        Assert.Contains("=== NO-GO ===", preflight.Output, StringComparison.Ordinal);
        var status = await world.RunAsync("status");
        Assert.Contains("kept away by the interlock engine-off: the engine runs", status.Output, StringComparison.Ordinal);

        // It is acknowledged once, also over a kill.
        await world.Site.KillAsync();
        world.Site.Start();
        await AwaitClosedAsync(world, "1.0.0");
        Assert.Null(await world.PageAsync());

        File.Delete(engine);

        await world.AwaitHealthyAsync("1.0.0");
        var waited = Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Waiting);
        Assert.Equal(
            (ReasonCodes.InterlockClosed, $"kept away by the interlock engine-off: the engine runs ('{engine}' is there)"), (waited.Reason, waited.Message));
        var passed = await world.RunAsync("doctor", "--output", "json");
        Assert.Contains("all 1 interlock(s) are open", passed.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task A_program_that_says_something_else_each_time_is_acknowledged_once_and_asked_at_its_pace()
    {
        var folder = "";
        await using var world = await ShopWorld.StartAsync(withPods: false, site =>
        {
            folder = site.Folder;
            return site with { Interlocks = $"[{{name: no-sale, every: 5s, command: {{run: [{folder}/no-sale]}}}}]" };
        });
        await File.WriteAllTextAsync($"{folder}/no-sale", $"#!/bin/sh\ndate +%s.%N | tee -a {folder}/asked\ntest ! -e {folder}/sale\n");
        File.SetUnixFileMode($"{folder}/no-sale", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        var before = await AskedAsync();

        // The answer that let 1.0.0 begin counts for a second.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        await File.WriteAllTextAsync($"{folder}/sale", "");
        await world.Delivery.DeliverAsync(Two);
        await AwaitClosedAsync(world, "2.0.0");

        await Eventually.TrueAsync(async () => await AskedAsync() >= before + 3, "the program was asked three times");
        File.Delete($"{folder}/sale");
        await world.AwaitHealthyAsync("2.0.0");

        Assert.Single(world.Ledger(), entry => entry is { Event: AcknowledgementEvent.Waiting, Reason: ReasonCodes.InterlockClosed });
        var asked = await AskedAsync();
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System);
        Assert.Equal(asked, await AskedAsync());

        async Task<int> AskedAsync() => (await File.ReadAllLinesAsync($"{folder}/asked")).Length;
    }

    private static Task<SiteStatus> AwaitClosedAsync(ShopWorld world, string version) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting, Reason: ReasonCodes.InterlockClosed, Pending: { } pending }] && pending.Version == version, "kept away by an interlock");
}
