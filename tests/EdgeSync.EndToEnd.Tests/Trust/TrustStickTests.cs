using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Networks;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Trust;

/// <summary>Somebody comes to a site with a stick. The site has no network interface at all, not even a loopback that is up.</summary>
public sealed class TrustStickTests
{
    [PeerFact]
    public async Task With_no_network_interface_roots_and_revocations_are_taken_from_a_stick_without_a_daemon_and_with_one()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = new TrustFixture(world.Delivery, world.Session["trust"]);
        await fixture.MakeAsync(1, "r1 r2");
        await world.ReconfigureAsync(configuration => configuration with { TrustRoot = fixture.Root(1) });
        await fixture.PublishAsync(fixture.Root(1));
        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });
        world.Site.Start();
        var running = (await world.AwaitHealthyAsync("1.0.0")).Channels[0].Running!.Digest;
        Assert.Equal(0, await world.Site.StopAsync());
        await using var nothing = await NetworkNamespace.StartAsync(world.Session);
        await fixture.MakeAsync(2, "r1 r2 r4", roots: "r2 r3 r4");
        await fixture.MakeAsync(3, "r2 r3");
        await fixture.MakeAsync(4, "r3 r4");
        var unused = ShopDelivery.Public(await fixture.KeyAsync("unused"));
        var first = await fixture.RevokeAsync("revoked-1.json", fixture.Root(3), "r2 r3", "--revoke-key", unused);
        var second = await fixture.RevokeAsync("revoked-2.json", fixture.Root(4), "r3 r4", "--from", first, "--revoke-bundle", running.ToString());

        // No daemon: two roots at once, whatever their order, and the first list that this site has ever seen.
        var stick = Stick(world, "first", fixture.Root(3), fixture.Root(2), first);
        await File.WriteAllTextAsync(Path.Combine(stick, "holiday.json"), "{}");
        File.CreateSymbolicLink(Path.Combine(stick, "link.json"), fixture.Root(4));
        Verb.AssertEnded(
            ExitCodes.Ok, await InsideAsync(world, nothing, "trust", "import", stick), "taken:   trust root 2", "taken:   trust root 3", "taken:   list 1 of revocations");
        Verb.AssertEnded(ExitCodes.Ok, await InsideAsync(world, nothing, "trust", "import", stick), "known:   list 1 of revocations");
        var shown = await InsideAsync(world, nothing, "trust", "show", "--output", "json");
        Verb.AssertEnded(ExitCodes.Ok, shown);
        Assert.Equal((3, 1), ((int)JsonNode.Parse(shown.Output)!["version"]!, (int)JsonNode.Parse(shown.Output)!["pinned"]!));

        // A daemon in the same nowhere begins with them, and takes the next ones.
        world.Site.Start(nothing);
        await world.Site.AwaitStatusAsync(s => s is { Live: not false, Trust: { Version: 3, Revocations: 1 } }, "up at root 3 with list 1");
        var forged = await fixture.RevokeAsync("forged.json", fixture.Root(3), "x1 x2", "--from", first, "--revoke-key", world.Delivery.BuildPublicKey);
        Verb.AssertEnded(
            ExitCodes.NotTrusted, await InsideAsync(world, nothing, "trust", "import", Stick(world, "bad", forged)), TrustReasons.RevocationsThresholdNotMet);
        Verb.AssertEnded(
            ExitCodes.Ok, await InsideAsync(world, nothing, "trust", "import", Stick(world, "second", second, fixture.Root(4))),
            "taken:   trust root 4", "taken:   list 2 of revocations");
        var status = await world.Site.AwaitStatusAsync(
            s => s.Trust is { Version: 4, Revocations: 2 } && s.Channels[0].Reason == ReasonCodes.NoLongerTrusted, "told that what runs is revoked");

        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await world.Site.StopAsync());
    }

    private static string Stick(ShopWorld world, string name, params string[] files)
    {
        var stick = Directory.CreateDirectory(world.Session[$"stick-{name}"]).FullName;
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(stick, Path.GetFileName(file)));
        }

        return stick;
    }

    private static Task<ToolResult> InsideAsync(ShopWorld world, NetworkNamespace network, params string[] verb) =>
        network.RunAsync([ShopWorld.EdgeSync.Path, .. verb, "--config", world.Configuration.FilePath]);
}
