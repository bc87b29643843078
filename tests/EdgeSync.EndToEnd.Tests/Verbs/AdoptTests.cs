using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync adopt</c>: what kubectl has applied becomes EdgeSync's.</summary>
public sealed class AdoptTests
{
    private static readonly ShopVersion Shop = new("1.0.0")
    {
        HasPods = false,
        MoreManifests = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: till, namespace: shop}\ndata: {say: \"1\"}\n",
    };

    [PeerFact]
    public async Task Fields_that_kubectl_applied_go_with_the_next_pass()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await KubectlAsync(
            world,
            """
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
              {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "till", "namespace": "shop"}, "data": {"say": "1", "old": "1"}}]}
            """);
        var folder = await world.Delivery.WriteSourceAsync(Shop);
        Verb.AssertEnded(
            ExitCodes.Changes,
            await world.RunAsync("adopt", folder),
            "ConfigMap shop/till: would be adopted from kubectl-client-side-apply\n",
            "not in the bundle, so the next apply takes out: /data/old",
            "2 objects to adopt; run it again with --yes");
        await world.Delivery.DeliverAsync(Shop);

        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("adopt", folder, "--yes"), "ConfigMap shop/till: adopted from kubectl-client-side-apply\n", "adopted 2 objects");
        Assert.Equal(ExitCodes.Ok, (await world.RunAsync("sync")).ExitCode);

        var live = await world.FindAsync("/api/v1/namespaces/shop/configmaps/till");
        Assert.Equal("1", (string?)live!["data"]!["say"]);
        Assert.Null(live["data"]!["old"]);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("adopt"), "nothing to adopt");
        Verb.AssertFailed(ExitCodes.Usage, await world.RunAsync("adopt", "--channel", "other"), "(ChannelUnknown)");
    }

    private static async Task KubectlAsync(ShopWorld world, string objects)
    {
        var file = world.Session["kubectl.json"];
        await File.WriteAllTextAsync(file, objects);
        (await PeerTool.Installed("kubectl").RunAsync(new ToolRequest(["--kubeconfig", world.Node.KubeconfigPath, "apply", "-f", file]))).EnsureSuccess();
    }
}
