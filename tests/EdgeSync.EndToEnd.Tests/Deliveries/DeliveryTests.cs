using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>The main job on a real node: pods really run, and their images can come from the mirror alone.</summary>
public sealed class DeliveryTests
{
    [PeerFact]
    public async Task A_release_becomes_healthy_pods_whose_images_came_from_the_mirror_then_an_update_then_a_rollback()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        world.Site.Start();

        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0"));
        await world.AwaitHealthyAsync("1.0.0");
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.0"));
        await world.AwaitHealthyAsync("2.0.0");
        Assert.Contains("Shop 2.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await world.Delivery.DeliverAsync(new ShopVersion("3.0.0", Works: false));
        var status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.RolledBack }], "rolled back", TimeSpan.FromMinutes(3));
        Assert.Equal("2.0.0", status.Channels[0].Running?.Version);
        Assert.Equal(ReasonCodes.HealthFailed, status.Channels[0].Reason);
        Assert.Contains("Shop 2.0.0", await world.PageAsync(), StringComparison.Ordinal);

        // The shop says why it does not start before it ends.
        var failed = world.Ledger().Single(entry => entry.Event == AcknowledgementEvent.Failed);
        Assert.Contains("  the shop cannot start", failed.Details ?? []);
        Assert.Equal(failed.Details, status.Channels[0].Details);

        Assert.Equal(
            [
                AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy,
                AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy,
                AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Failed,
                AcknowledgementEvent.RolledBack,
            ],
            world.Ledger().Select(entry => entry.Event));
    }
}
