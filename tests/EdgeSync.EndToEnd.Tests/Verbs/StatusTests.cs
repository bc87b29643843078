using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

public sealed class StatusTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    [Fact]
    public async Task A_running_daemon_is_shown_as_a_table_for_people_and_as_json_for_scripts()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        var digest = await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");

        var table = await world.RunAsync("status");
        Verb.AssertEnded(
            ExitCodes.Ok, table, "Site store-0042 of fleet retail", "CHANNEL  STATE ", "stable   Healthy ", "shop 1.0.0 (release 1", "Ledger: entry 4, 4 not yet confirmed by HQ");
        Assert.DoesNotContain('\u001b', table.Output);

        var json = await world.RunAsync("status", "--output", "json");
        Verb.AssertEnded(ExitCodes.Ok, json);
        var status = JsonSerializer.Deserialize(json.Output, ContractsJsonContext.Default.SiteStatus)!;
        var channel = Assert.Single(status.Channels);
        Assert.Equal(("store-0042", "retail", 4L, 4L), (status.Site, status.Fleet, status.LedgerNumber, status.OutboxLength));
        Assert.Equal((ChannelState.Healthy, "shop", "1.0.0", digest), (channel.State, channel.Running!.Name, channel.Running.Version, channel.Running.Digest.ToString()));
        Assert.Null(channel.Reason);
    }

    [Fact]
    public async Task What_is_wrong_is_told_under_the_table_with_what_to_do()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.PublishAsync(await world.Delivery.PushAsync(One), One);
        await world.AwaitRefusedAsync(ReasonCodes.SignatureMissing);

        var status = await world.RunAsync("status");

        Verb.AssertEnded(ExitCodes.Ok, status, "Rejected", $"stable: {ReasonCodes.SignatureMissing}: ", "  hint: ");
    }

    [Fact]
    public async Task Without_a_daemon_it_says_so_and_how_to_start_one()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await AssertAbsentAsync(world);

        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        await world.Site.StopAsync();
        await AssertAbsentAsync(world);

        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        await world.Site.KillAsync();
        await AssertAbsentAsync(world);
    }

    [Fact]
    public async Task Version_says_what_the_binary_is_without_a_configuration()
    {
        var version = await ShopWorld.EdgeSync.RunAsync(["version"]);

        Verb.AssertEnded(ExitCodes.Ok, version, "edgesync ", "commit ", "framework ", ".NET ");
    }

    private static async Task AssertAbsentAsync(ShopWorld world)
    {
        foreach (var output in new[] { "table", "json" })
        {
            Verb.AssertFailed(
                ExitCodes.Unavailable, await world.RunAsync("status", "--output", output), "the agent does not answer at", "(DaemonUnavailable)", "hint:  Is it running?");
        }
    }
}
