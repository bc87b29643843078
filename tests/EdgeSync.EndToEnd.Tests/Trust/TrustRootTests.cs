using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Trust;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Trust;

/// <summary>Keys change with nobody at the site, and with nobody but a stick.</summary>
public sealed class TrustRootTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };
    private static readonly ShopVersion Three = new("3.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_release_key_is_replaced_while_the_site_runs_and_an_old_root_is_not_taken_back()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = await InstallAsync(world);
        await fixture.PublishAsync(fixture.Root(1));
        await StartHealthyAsync(world);
        var crane = await PeerTool.CraneAsync();
        var tag = $"{world.Delivery.ReleaseRepository}:trust.root";
        await CopyAsync(crane, tag, $"{world.Registry.Address}/saved/trust:old");

        var (a, b) = (world.Delivery.ReleaseKeys[0], world.Delivery.ReleaseKeys[1]);
        var c = await world.Delivery.CreateKeyAsync("release-c");
        await fixture.MakeAsync(2, "r1 r2 r4", roots: "r2 r3 r4", releases: [ShopDelivery.Public(a), ShopDelivery.Public(c)]);
        await fixture.PublishAsync(fixture.Root(2));

        // What runs was signed by a key that counts no more: it is said, and it runs on.
        var status = await world.Site.AwaitStatusAsync(
            s => s.Trust?.Version == 2 && s.Channels[0].Reason == ReasonCodes.NoLongerTrusted, "told that what runs is no longer trusted");
        Assert.Equal((ChannelState.Healthy, "1.0.0"), (status.Channels[0].State, status.Channels[0].Running?.Version));
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        var said = Assert.Single(world.Ledger(), entry => entry.Trust is not null);
        Assert.Equal((2L, 1L), (said.Trust!.Version, said.Trust.VersionBefore));
        Assert.Contains("it came from the registry", said.Message, StringComparison.Ordinal);

        var two = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(two);
        await world.Delivery.PublishAsync(two, Two, keys: [a, c]);
        Assert.Null((await world.AwaitHealthyAsync("2.0.0")).Channels[0].Reason);

        await CopyAsync(crane, $"{world.Registry.Address}/saved/trust:old", tag);
        status = await world.Site.AwaitStatusAsync(s => s.Trust?.Reason == TrustReasons.RootReplayed, "told of the old root");
        Assert.Equal(2, status.Trust!.Version);

        var three = await world.Delivery.PushAsync(Three);
        await world.Delivery.SignAsync(three);
        await world.Delivery.PublishAsync(three, Three, keys: [a, b]);
        await world.AwaitRefusedAsync(ReasonCodes.ThresholdNotMet);
        Assert.Contains("2.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task A_site_five_versions_behind_catches_up_and_knows_it_after_a_restart_without_a_registry()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = await InstallAsync(world);
        await fixture.MakeAsync(2, "r1 r2 r4", roots: "r2 r3 r4", more: ["--expires", "1s"]);
        await fixture.MakeAsync(3, "r2 r3 r5", roots: "r3 r4 r5", more: ["--expires", "1s"]);
        await fixture.MakeAsync(4, "r3 r4 r6", roots: "r4 r5 r6", more: ["--expires", "1s"]);
        await fixture.MakeAsync(5, "r4 r5", more: ["--expires", "1s"]);
        await fixture.MakeAsync(6, "r5 r6");
        await fixture.PublishAsync(fixture.Root(3), fixture.Root(1), fixture.Root(2), fixture.Root(4), fixture.Root(6), fixture.Root(5));

        await StartHealthyAsync(world);
        Assert.Equal(6, (await world.Site.StatusAsync()).Trust?.Version);
        Assert.Equal(0, await world.Site.StopAsync());
        await world.Registry.DisposeAsync();

        // Without a daemon, and then with one.
        var shown = JsonNode.Parse(await RequireAsync(world, 0, "trust", "show", "--output", "json"))!;
        Assert.Equal((6, 1), ((int)shown["version"]!, (int)shown["pinned"]!));
        Verb.AssertEnded(ExitCodes.Unavailable, await world.RunAsync("status"), "Trust: root 6, expires on ");
        world.Site.Start();
        var status = await world.Site.AwaitStatusAsync(s => s.Trust?.Version == 6, "at root 6");
        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);

        // An old backup of the roots does not count in silence.
        await world.Site.KillAsync();
        File.Delete(Directory.GetFiles(world.Configuration.StateDirectory, "root-6.json", SearchOption.AllDirectories).Single());
        shown = JsonNode.Parse(await RequireAsync(world, 0, "trust", "show", "--output", "json"))!;
        Assert.Equal((5, TrustReasons.RootRolledBack), ((int)shown["version"]!, (string)shown["reason"]!));
        Verb.AssertEnded(0, await world.RunAsync("trust", "import", fixture.Root(6)), "taken:   trust root 6");
        Assert.Equal(
            [(2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (5, 6), (6, 5)],
            world.Ledger().Select(entry => entry.Trust).OfType<AcknowledgedTrust>().Select(trust => ((int)trust.Version, (int)trust.VersionBefore)));
    }

    [PeerFact]
    public async Task A_key_and_a_bundle_are_revoked_by_a_stick_with_no_registry_and_what_runs_runs_on()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = await InstallAsync(world);
        await fixture.PublishAsync(fixture.Root(1));
        await StartHealthyAsync(world);
        var running = (await world.Site.StatusAsync()).Channels[0].Running!.Digest;
        var two = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(two);
        await world.Registry.DisposeAsync();

        var forged = await fixture.RevokeAsync("forged.json", fixture.Root(1), "x1 x2", "--revoke-key", world.Delivery.BuildPublicKey);
        Verb.AssertEnded(77, await world.RunAsync("trust", "import", forged), TrustReasons.RevocationsThresholdNotMet);

        var stick = Directory.CreateDirectory(fixture.File("stick")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stick, "holiday.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(stick, "readme.txt"), "hello");
        var list = await fixture.RevokeAsync(
            "stick/revocations.json", fixture.Root(1), "r1 r2", "--revoke-key", ShopDelivery.Public(world.Delivery.ReleaseKeys[1]), "--revoke-bundle", running.ToString(), "--note", "laptop stolen");
        Verb.AssertEnded(0, await world.RunAsync("trust", "import", stick), "taken:   list 1 of revocations", "and only 1 are left", "REVOKED", "laptop stolen");

        var status = await world.Site.AwaitStatusAsync(
            s => s.Channels[0].Reason == ReasonCodes.NoLongerTrusted, "told that what runs is no longer trusted");
        Assert.Equal((1, ChannelState.Healthy, "1.0.0"), (status.Trust!.Revocations, status.Channels[0].State, status.Channels[0].Running?.Version));
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        // The same with no daemon: known, and still counted after the restart.
        Assert.Equal(0, await world.Site.StopAsync());
        Verb.AssertEnded(0, await world.RunAsync("trust", "import", list), "known:   list 1 of revocations");
        world.Site.Start();
        await world.Site.AwaitStatusAsync(s => s.Live != false && s.Trust?.Revocations == 1, "with the list");

        // An old backup without the list is put back: what was revoked is not forgotten in silence.
        await world.Site.KillAsync();
        File.Delete(Directory.GetFiles(world.Configuration.StateDirectory, "revocations.json", SearchOption.AllDirectories).Single());
        var shown = JsonNode.Parse(await RequireAsync(world, 0, "trust", "show", "--output", "json"))!;
        Assert.Equal((null, TrustReasons.RevocationsRolledBack), ((int?)shown["revocations"], (string)shown["reason"]!));
        Verb.AssertEnded(0, await world.RunAsync("trust", "import", list), "taken:   list 1 of revocations");
        shown = JsonNode.Parse(await RequireAsync(world, 0, "trust", "show", "--output", "json"))!;
        Assert.Equal((1, null), ((int?)shown["revocations"], (string?)shown["reason"]));
        Assert.Equal(
            [(null, 1L), (1L, null), (null, 1L)],
            world.Ledger().Select(entry => entry.Trust).OfType<AcknowledgedTrust>().Select(trust => (trust.RevocationsBefore, trust.Revocations)));
    }

    [PeerFact]
    public async Task A_revoked_bundle_is_not_activated_and_an_expired_root_holds_new_changes()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = await InstallAsync(world);
        await fixture.PublishAsync(fixture.Root(1));
        await StartHealthyAsync(world);
        var two = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(two);
        await fixture.PublishAsync(await fixture.RevokeAsync("revocations.json", fixture.Root(1), "r2 r3", "--revoke-bundle", two));
        await world.Site.AwaitStatusAsync(s => s.Trust?.Revocations == 1, "with the list");

        await world.Delivery.PublishAsync(two, Two);
        await world.AwaitRefusedAsync(TrustReasons.BundleRevoked);
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await fixture.MakeAsync(2, "r1 r2", more: ["--expires", "1s"]);
        await fixture.PublishAsync(fixture.Root(2));
        await world.Site.AwaitStatusAsync(s => s.Trust is { Version: 2, Reason: TrustReasons.RootExpired }, "at the expired root");
        var three = await world.Delivery.PushAsync(Three);
        await world.Delivery.SignAsync(three);
        await world.Delivery.PublishAsync(three, Three);
        await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.Waiting, Reason: TrustReasons.RootExpired }], "waiting for a newer root");

        await fixture.MakeAsync(3, "r1 r2");
        await fixture.PublishAsync(fixture.Root(3));
        await world.AwaitHealthyAsync("3.0.0");
    }

    [PeerFact]
    public async Task A_release_that_fails_is_not_rolled_back_to_a_revoked_bundle_and_the_next_one_mends_it()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with { HealthDeadline = "4s" });
        var fixture = await InstallAsync(world);
        await StartHealthyAsync(world);
        var running = (await world.Site.StatusAsync()).Channels[0].Running!;
        var list = await fixture.RevokeAsync("revocations.json", fixture.Root(1), "r1 r2", "--revoke-bundle", running.Digest.ToString(), "--note", "calls home");
        Verb.AssertEnded(0, await world.RunAsync("trust", "import", list), "taken:   list 1 of revocations");

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.0")
        {
            HasPods = false,
            MoreDefinition = ShopVersion.NeverReady,
            MoreManifests = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: shop}\n",
        });
        var status = await world.Site.AwaitStatusAsync(s => s.Channels is [{ State: ChannelState.Failed }], "failed");

        var channel = status.Channels[0];
        Assert.Equal((TrustReasons.LastGoodRevoked, null, "2.0.0"), (channel.Reason, channel.Running, channel.Pending?.Version));
        Assert.Contains("calls home", channel.Message, StringComparison.Ordinal);
        var said = world.Ledger().TakeLast(2).Select(entry => (entry.Event, entry.Release!.Version, entry.Reason));
        Assert.Equal(
            [(AcknowledgementEvent.Failed, "2.0.0", ReasonCodes.HealthDeadlineExceeded), (AcknowledgementEvent.Failed, "1.0.0", TrustReasons.LastGoodRevoked)], said);

        // Neither the repair of drift nor a restart is a way back.
        Assert.Equal(0, await world.Site.StopAsync());
        world.Site.Start();
        await world.Site.AwaitStatusAsync(s => s.Live != false && s.Channels is [{ State: ChannelState.Failed, LastSeen: not null }], "still failed");
        Verb.AssertEnded(ExitCodes.Failure, await world.RunAsync("sync"), TrustReasons.LastGoodRevoked);
        Assert.Contains("2.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.NotNull(await world.FindAsync("/api/v1/namespaces/shop/configmaps/more"));
        Assert.DoesNotContain(AcknowledgementEvent.RolledBack, world.Ledger().Select(entry => entry.Event));

        var three = await world.Delivery.PushAsync(Three);
        await world.Delivery.SignAsync(three);
        await world.Delivery.PublishAsync(three, Three, more: ["--allow-destructive"]);
        await world.AwaitHealthyAsync("3.0.0");
        Assert.Null(await world.FindAsync("/api/v1/namespaces/shop/configmaps/more"));
    }

    private static async Task<TrustFixture> InstallAsync(ShopWorld world)
    {
        var fixture = new TrustFixture(world.Delivery, world.Session["trust"]);
        await fixture.MakeAsync(1, "r1 r2");
        await world.ReconfigureAsync(configuration => configuration with { TrustRoot = fixture.Root(1) });
        return fixture;
    }

    private static async Task StartHealthyAsync(ShopWorld world)
    {
        await world.Delivery.DeliverAsync(One);
        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
    }

    private static async Task<string> RequireAsync(ShopWorld world, int exitCode, params string[] verb)
    {
        var result = await world.RunAsync(verb);
        Verb.AssertEnded(exitCode, result);
        return result.Output;
    }

    private static async Task CopyAsync(PeerTool crane, string from, string to)
    {
        var copied = await crane.RunAsync(CancellationToken.None, "copy", "--insecure", from, to);
        Assert.True(copied.ExitCode == 0, copied.Error);
    }
}
