using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>Power cuts, cut links and meddling: the site comes back to where it should be, and nothing is done twice.</summary>
public sealed class EnduranceTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    private static readonly AcknowledgementEvent[] OneDelivery =
        [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy];

    [PeerTheory]
    [InlineData("accepted, bundle")]
    [InlineData("staged sha256")]
    [InlineData("activating sha256")]
    [InlineData("healthy at")]
    public async Task Killed_after_a_durable_step_it_goes_on_and_repeats_nothing(string logLine)
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        var killed = world.Site.KillAtAsync(logLine);
        await world.Delivery.DeliverAsync(One);
        await killed;

        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");

        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Equal(OneDelivery, world.Ledger().Select(entry => entry.Event));
    }

    [PeerFact]
    public async Task With_the_registry_gone_it_boots_keeps_the_state_and_repairs_it()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        await world.Site.KillAsync();
        await world.Registry.StopAsync();
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");

        world.Site.Start();

        await world.Site.AwaitLogAsync("drift repaired");
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Something_that_is_deleted_comes_back_within_seconds_and_is_acknowledged()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        var repaired = world.Site.AwaitLogAsync("drift repaired", TimeSpan.FromSeconds(30));

        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");

        await repaired;
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Equal(
            [.. OneDelivery, AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired],
            world.Ledger().Select(entry => entry.Event));
    }

    [PeerFact]
    public async Task A_registry_that_goes_and_comes_back_brings_the_release_in_the_end()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        await world.Registry.StopAsync();
        await world.Site.AwaitStatusAsync(status => status.Channels is [{ Reason: not null }], "aware that the registry is gone");

        await world.Registry.StartAgainAsync();
        await world.Delivery.PublishAsync(digest, Two);

        await world.AwaitHealthyAsync("2.0.0");
    }

    [PeerFact]
    public async Task What_a_new_version_no_longer_has_is_deleted_and_Sigterm_ends_the_daemon_well()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One with
        {
            MoreManifests = string.Concat(Enumerable.Range(0, 5).Select(i => $"""
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: extra-{i}
                  namespace: shop

                """)),
        });
        await world.AwaitHealthyAsync("1.0.0");
        Assert.NotNull(await world.FindAsync("/api/v1/namespaces/shop/configmaps/extra-4"));

        await world.Delivery.DeliverAsync(Two with
        {
            MoreManifests = string.Concat(Enumerable.Range(0, 4).Select(i => $"""
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: extra-{i}
                  namespace: shop

                """)),
        });
        await world.AwaitHealthyAsync("2.0.0");

        Assert.Null(await world.FindAsync("/api/v1/namespaces/shop/configmaps/extra-4"));
        Assert.NotNull(await world.FindAsync("/api/v1/namespaces/shop/configmaps/extra-3"));
        Assert.Equal(0, await world.Site.StopAsync());
    }
}
