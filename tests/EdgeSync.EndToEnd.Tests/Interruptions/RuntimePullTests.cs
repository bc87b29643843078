using System.Text.Json.Nodes;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>The container runtime pulls an image from the mirror, on a real node, when the site is cut off or killed.</summary>
public sealed class RuntimePullTests
{
    [PeerFact]
    public async Task Killed_or_cut_off_while_the_runtime_pulls_the_pods_come_up_and_are_made_once()
    {
        await using var shop = await GatedShop.StartAsync(withPods: true);

        // The runtime has the image; the site is killed before it knows.
        using (var pulled = StopInPull(shop, GatePoint.Answer))
        {
            await shop.Delivery.DeliverAsync(new ShopVersion("1.0.0"));
            await shop.ReachAsync(pulled);
            await shop.KillAndStartAsync();
            await AssertRunsAsync(shop, "1.0.0", generation: 1);
        }

        // The runtime has not begun; from here on there is the mirror alone.
        using (var pulling = StopInPull(shop, GatePoint.Request))
        {
            await shop.Delivery.DeliverAsync(new ShopVersion("2.0.0"));
            await shop.ReachAsync(pulling);
            shop.CutLinks();
            pulling.Release();
            await AssertRunsAsync(shop, "2.0.0", generation: 2);
        }

        shop.MendLinks();
        Assert.Equal([.. GatedDelivery.Good, .. GatedDelivery.Good], shop.Ledger().Select(entry => entry.Event));
        await shop.AssertHqHasAllAsync();
    }

    private static GateStop StopInPull(GatedShop shop, GatePoint point) =>
        shop.RuntimeGate!.Stop(request => request.Path.EndsWith("ImageService/PullImage", StringComparison.Ordinal), point);

    private static async Task AssertRunsAsync(GatedShop shop, string version, int generation)
    {
        await shop.Site.AwaitStatusAsync(
            status => status.Channels is [{ State: ChannelState.Healthy } channel] && channel.Running?.Version == version, $"healthy at {version}");
        var deployment = JsonNode.Parse(await shop.Node.GetAsync("/apis/apps/v1/namespaces/shop/deployments/web"))!;
        Assert.Equal(generation, (int)deployment["metadata"]!["generation"]!);
        Assert.Equal(version, (string?)deployment["spec"]!["template"]!["metadata"]!["annotations"]!["shop.example.com/version"]);
    }
}
