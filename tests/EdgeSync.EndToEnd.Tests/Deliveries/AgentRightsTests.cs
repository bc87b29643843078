using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Shop;
using EdgeSync.Testing;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A site whose agent is no administrator: it has the token and the rights of <c>deploy/k3s/rbac.yaml</c>.</summary>
public sealed class AgentRightsTests
{
    [PeerFact]
    public async Task With_the_deployed_rights_a_site_delivers_updates_rolls_back_repairs_and_refuses_what_is_beyond_them()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        var kubeconfig = await world.Node.WriteKubeconfigAsync(await CreateAgentAsync(world.Node));
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig, HealthDeadline = "150s" });
        world.Site.Start();

        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0"));
        await world.AwaitHealthyAsync("1.0.0");

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.0", Works: false));
        var status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.RolledBack }], "rolled back", TimeSpan.FromMinutes(3));
        Assert.Equal(ReasonCodes.HealthFailed, status.Channels[0].Reason);
        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        Assert.Contains("  the shop cannot start", status.Channels[0].Details ?? []);
        Assert.Contains(status.Channels[0].Details ?? [], line => line.StartsWith("event of Pod shop/", StringComparison.Ordinal));

        var repaired = world.Site.AwaitLogAsync("drift repaired");
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await repaired;
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await world.Delivery.DeliverAsync(new ShopVersion("3.0.0")
        {
            MoreManifests = """
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                """,
        });
        status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.Waiting, Reason: ApiReasons.ClusterForbidden, IsBegun: false }], "waiting for the right");
        Assert.Equal("1.0.0", status.Channels[0].Running?.Version);
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Contains("ClusterRole everything", world.Site.Log, StringComparison.Ordinal);
        Assert.Null(await world.FindAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles/everything"));
    }

    /// <summary>As an operator does it: the file, then the token that the cluster has written into the Secret.</summary>
    private static async Task<string> CreateAgentAsync(KubernetesNode node)
    {
        using var administrator = new KubernetesClient(Kubeconfig.Load(node.KubeconfigPath), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        var file = await File.ReadAllBytesAsync(RepositoryFile.Path("deploy/k3s/rbac.yaml"));
        foreach (var item in ManifestReader.Read(file, "rbac.yaml"))
        {
            await administrator.ApplyAsync(item, new ApplyMode(), default);
        }

        using var bound = new CancellationTokenSource(SiteProcess.Patience);
        while (true)
        {
            var secret = JsonNode.Parse(await node.GetAsync("/api/v1/namespaces/edgesync-system/secrets/edgesync-token", bound.Token))!;
            if ((string?)secret["data"]?["token"] is { } token)
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(token));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, bound.Token);
        }
    }
}
