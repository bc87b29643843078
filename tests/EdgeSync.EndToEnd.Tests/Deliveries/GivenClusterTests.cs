using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

public sealed class GivenClusterTests
{
    [PeerFact]
    public async Task A_cluster_that_somebody_else_runs_takes_a_delivery_and_is_left_running()
    {
        await using var session = await TestbedSession.StartAsync();
        await using var cluster = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = true });

        await using (var world = await ShopWorld.StartAsync(withPods: false, given: new GivenCluster(cluster.KubeconfigPath)))
        {
            Assert.Equal(cluster.KubeconfigPath, world.Node.KubeconfigPath);
            world.Site.Start();
            await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });
            await world.AwaitHealthyAsync("1.0.0");
            Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("Shop 1.0.0", await cluster.GetAsync("/api/v1/namespaces/shop/configmaps/pages"), StringComparison.Ordinal);
    }
}
