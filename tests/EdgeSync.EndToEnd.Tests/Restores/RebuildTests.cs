using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Deliveries;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Shop;
using k8s;

namespace EdgeSync.EndToEnd.Tests.Restores;

/// <summary>A cluster that was installed again, at a site where a person decides (<c>cluster.rebuild: manual</c>).</summary>
public sealed class RebuildTests
{
    private const string Page = "/api/v1/namespaces/shop/configmaps/pages";

    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };

    [PeerFact]
    public async Task Nothing_is_written_to_another_cluster_until_a_person_allows_it()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with { Rebuild = "manual" });
        await world.Delivery.DeliverAsync(One);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"));
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("rebuild"), "Nothing to rebuild");

        // Without a daemon.
        await using var elsewhere = await TestbedSession.StartAsync();
        await using var second = await KubernetesNode.StartAsync(elsewhere, new KubernetesNodeOptions { ApiOnly = true });
        await world.ReconfigureAsync(site => site with { Kubeconfig = second.KubeconfigPath });
        Verb.AssertEnded(ExitCodes.Failure, await world.RunAsync("sync"), ReasonCodes.ClusterReplaced);
        await AssertEmptyAsync(second);
        Verb.AssertEnded(
            ExitCodes.Changes, await world.RunAsync("rebuild"), "shop 1.0.0 would be written to the cluster", "this is another cluster than before", "run it again with --yes");
        Verb.AssertFailed(ExitCodes.Usage, await world.RunAsync("rebuild", "--yes", "--channel", "other"), "(ChannelUnknown)");
        Verb.AssertEnded(ExitCodes.Failure, await world.RunAsync("sync"));
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("rebuild", "--yes", "--by", "anna"), "Allowed.");
        await AssertEmptyAsync(second);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"));
        Assert.NotNull(await second.GetAsync(Page));
        Assert.Contains(world.Ledger(), entry => entry.Reason == ReasonCodes.ClusterReplaced && entry.Message!.StartsWith("anna allowed", StringComparison.Ordinal));

        // With a daemon, in the first cluster again, where somebody has deleted the page meanwhile.
        await world.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("pages", "shop");
        await world.ReconfigureAsync(site => site with { Kubeconfig = world.Node.KubeconfigPath });
        world.Site.Start();
        await world.Site.AwaitStatusAsync(
            status => status.Channels is [{ State: ChannelState.Degraded, Reason: ReasonCodes.ClusterReplaced }], "waiting for a person");
        Assert.Null(await world.PageAsync());
        var allowed = await world.RunAsync("rebuild", "--yes", "--output", "json");
        Verb.AssertEnded(ExitCodes.Ok, allowed);
        Assert.Equal((true, 1), ((bool)JsonNode.Parse(allowed.Output)!["allowed"]!, JsonNode.Parse(allowed.Output)!["channels"]!.AsArray().Count));
        await world.AwaitHealthyAsync("1.0.0");
        Assert.NotNull(await world.PageAsync());
    }

    [PeerFact]
    public async Task Hooks_run_again_in_another_cluster_before_all_else()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(HookTests.Version("1.0.0"));
        await HookTests.EndAsync(world.Node, "Complete");
        await world.AwaitHealthyAsync("1.0.0");
        await world.Site.KillAsync();

        await using var elsewhere = await TestbedSession.StartAsync();
        await using var second = await KubernetesNode.StartAsync(elsewhere, new KubernetesNodeOptions { ApiOnly = true });
        await world.ReconfigureAsync(site => site with { Kubeconfig = second.KubeconfigPath });
        world.Site.Start();
        await HookTests.AwaitJobAsync(second);
        Assert.Null(await second.FindAsync(Page));
        await world.Site.KillAsync();
        world.Site.Start();
        await HookTests.EndAsync(second, "Complete");

        await Eventually.TrueAsync(async () => await second.FindAsync(Page) is not null, "the page is written to the second cluster");
        await world.Site.AwaitStatusAsync(
            status => status.Channels is [{ State: ChannelState.Healthy } channel] && channel.Message!.StartsWith("this is another cluster", StringComparison.Ordinal), "rebuilt");
        Assert.Contains(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Repaired && entry.Message!.Contains("pages", StringComparison.Ordinal));
    }

    private static async Task AssertEmptyAsync(KubernetesNode node) =>
        Assert.DoesNotContain("\"shop\"", await node.GetAsync("/api/v1/namespaces"), StringComparison.Ordinal);
}
