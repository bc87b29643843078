using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

public sealed class StatusTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    [PeerFact]
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
        Assert.True(status.Live);
    }

    [PeerFact]
    public async Task What_is_wrong_is_told_under_the_table_with_what_to_do()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.PublishAsync(await world.Delivery.PushAsync(One), One);
        await world.AwaitRefusedAsync(ReasonCodes.SignatureMissing);

        var status = await world.RunAsync("status");

        Verb.AssertEnded(ExitCodes.Ok, status, "Rejected", $"stable: {ReasonCodes.SignatureMissing}: ", "  hint: ");
    }

    [PeerFact]
    public async Task Before_the_first_start_it_says_so_and_how_to_start_one()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);

        foreach (var output in new[] { "table", "json" })
        {
            Verb.AssertFailed(
                ExitCodes.Unavailable,
                await world.RunAsync("status", "--output", output),
                "the agent does not answer at", "there is no database", "(DaemonUnavailable)", "hint:  Is it running?");
        }
    }

    [PeerTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_daemon_it_shows_what_was_last_known_and_says_that_it_is_old(bool isKilled)
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        var live = await world.AwaitHealthyAsync("1.0.0");
        await (isKilled ? world.Site.KillAsync() : world.Site.StopAsync());

        var table = await world.RunAsync("status");
        Verb.AssertEnded(
            ExitCodes.Unavailable, table, "The agent does not run. Last known, ", "stable   Healthy ", "shop 1.0.0 (release 1", "Ledger: entry 4");
        Assert.Contains("(DaemonUnavailable)", table.Error, StringComparison.Ordinal);
        Assert.Contains("hint:  Is it running?", table.Error, StringComparison.Ordinal);

        var json = await world.RunAsync("status", "--output", "json");
        Assert.Equal(ExitCodes.Unavailable, json.ExitCode);
        var known = JsonSerializer.Deserialize(json.Output, ContractsJsonContext.Default.SiteStatus)!;
        Assert.False(known.Live);
        Assert.InRange(known.At, live.Channels[0].Since!.Value, DateTimeOffset.MaxValue);

        // What only a running agent knows: when it looked, and what it does just then.
        Assert.Equal(live.Channels[0] with { LastSeen = null, Stage = null, Message = null }, Assert.Single(known.Channels));
        Assert.Equal((live.Fingerprint, live.LedgerNumber, live.OutboxLength), (known.Fingerprint, known.LedgerNumber, known.OutboxLength));
    }

    [PeerFact]
    public async Task Who_may_not_read_the_state_is_told_so()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        await world.Site.KillAsync();
        File.Delete(Path.Combine(world.Configuration.Folder, "run", "edgesync.sock"));
        var binary = world.Session["edgesync"];
        File.Copy(ShopWorld.EdgeSync.Path, binary);
        OpenToEverybody(world.Session.Folder, world.Configuration.Folder, Path.Combine(world.Configuration.Folder, "run"), binary);

        var denied = await RunAsNobodyAsync(binary, world.Configuration.FilePath);
        Verb.AssertFailed(ExitCodes.Unavailable, denied, "the agent does not answer at", "this user may not read", "hint:  Run as the agent's user");

        OpenToEverybody([world.Configuration.StateDirectory, .. Directory.GetFiles(world.Configuration.StateDirectory, "site.db*")]);
        Verb.AssertEnded(ExitCodes.Unavailable, await RunAsNobodyAsync(binary, world.Configuration.FilePath), "The agent does not run. Last known, ");

        // As in a backup without the index of the log, which only a user who may write in that folder can make again.
        File.Delete(Path.Combine(world.Configuration.StateDirectory, "site.db-shm"));
        denied = await RunAsNobodyAsync(binary, world.Configuration.FilePath);
        Verb.AssertFailed(ExitCodes.Unavailable, denied, "this user may not read", "hint:  Run as the agent's user");
    }

    [PeerFact]
    public async Task Version_says_what_the_binary_is_without_a_configuration()
    {
        var version = await ShopWorld.EdgeSync.RunAsync(["version"]);

        Verb.AssertEnded(ExitCodes.Ok, version, "edgesync ", "commit ", "framework ", ".NET ");
    }

    private static Task<ToolResult> RunAsNobodyAsync(string binary, string configuration) => PeerTool.Installed("setpriv").RunAsync(
        CancellationToken.None, "--reuid=65534", "--regid=65534", "--clear-groups", binary, "status", "--config", configuration);

    private static void OpenToEverybody(params string[] paths)
    {
        foreach (var path in paths)
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
    }
}
