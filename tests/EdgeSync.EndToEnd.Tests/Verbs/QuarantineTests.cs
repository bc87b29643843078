using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync quarantine</c>, with and without a daemon, and the quarantine on the way of every release.</summary>
public sealed class QuarantineTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    private static readonly ShopVersion Bad = new("2.0.0")
    {
        HasPods = false,
        MoreManifests = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {clusterIP: shop, ports: [{port: 80}]}\n",
    };

    [PeerFact]
    public async Task A_failed_bundle_is_refused_until_a_person_or_a_release_says_otherwise()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        Assert.Equal((0, "No bundle is in quarantine.\n"), await RunAsync(world, "list"));
        await world.Delivery.DeliverAsync(One);
        Assert.Equal(0, (await world.RunAsync("sync")).ExitCode);
        var digest = await world.Delivery.DeliverAsync(Bad);
        var failed = await world.RunAsync("sync");
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains($"edgesync quarantine lift {digest}", failed.Output, StringComparison.Ordinal);

        // The same bundle in a new release, before and after a restart.
        world.Site.Start();
        await world.Delivery.PublishAsync(digest, Bad);
        var status = await world.AwaitRefusedAsync(ReasonCodes.Quarantined);
        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        await world.Site.KillAsync();
        world.Site.Start();
        await world.AwaitRefusedAsync(ReasonCodes.Quarantined);

        // With a daemon: the site tries it at once, and it fails again.
        var listed = JsonNode.Parse((await RunAsync(world, "list", "--output", "json")).Output)!["quarantined"]!.AsArray().Single()!;
        Assert.Equal((digest, "stable", ReasonCodes.ApplyRejected), ((string?)listed["digest"], (string?)listed["channel"], (string?)listed["reason"]));
        var lifted = await RunAsync(world, "lift", digest["sha256:".Length..][..12], "--by", "crew", "--output", "json");
        Assert.Equal(digest, (string?)JsonNode.Parse(lifted.Output)!["lifted"]!.AsArray().Single()!["digest"]);
        await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.RolledBack, Reason: ReasonCodes.ApplyRejected, Pending.Sequence: 3 }], "failed again");

        // Without one.
        await world.Site.StopAsync();
        Assert.Equal(1, (await world.RunAsync("quarantine", "lift", new string('0', 64))).ExitCode);
        Assert.Equal(64, (await world.RunAsync("quarantine", "lift", "latest")).ExitCode);
        Assert.Equal(64, (await world.RunAsync("quarantine", "lift", digest, "--channel", "other")).ExitCode);
        Assert.StartsWith($"lifted:     channel stable: {digest} failed with release 3", (await RunAsync(world, "lift", digest, "--by", "crew")).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await world.RunAsync("sync")).ExitCode);

        // A release that says so.
        await world.Delivery.PublishAsync(digest, Bad, more: ["--retry-failed"]);
        var retried = await world.RunAsync("sync");
        Assert.Equal(3, retried.ExitCode);
        Assert.Contains("release 4", retried.Output, StringComparison.Ordinal);
        Assert.Equal(2, world.Ledger().Count(entry => entry is { Event: AcknowledgementEvent.Released, Reason: ReasonCodes.Quarantined }));
        Assert.Equal(4, world.Ledger().Count(entry => entry.Event == AcknowledgementEvent.RolledBack));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ShopWorld world, params string[] words)
    {
        var result = await world.RunAsync(["quarantine", .. words]);
        Assert.True(result.ExitCode == 0, result.Error);
        return (result.ExitCode, result.Output);
    }
}
