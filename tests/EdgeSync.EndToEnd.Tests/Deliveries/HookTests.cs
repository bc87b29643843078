using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A bundle with a hook on a real API server without controllers: the test decides how its Job ends.</summary>
public sealed class HookTests
{
    private const string Job = "/apis/batch/v1/namespaces/shop/jobs/migrate";

    [PeerFact]
    public async Task A_hook_runs_once_before_all_else_whatever_happens_to_the_agent()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        await world.Delivery.DeliverAsync(Version("1.0.0"));
        var uid = await AwaitJobAsync(world.Node);
        Assert.Null(await world.PageAsync());
        await world.Site.AwaitStatusAsync(
            status => status.Channels is [{ Message: "waiting for the pre-activate hook Job shop/migrate" }], "waiting for the hook");

        await world.Site.KillAsync();
        world.Site.Start();
        await EndAsync(world.Node, "Complete");
        await world.AwaitHealthyAsync("1.0.0");
        Assert.Equal(uid, await AwaitJobAsync(world.Node));
        var plan = await world.RunAsync("plan");
        Assert.True(plan.ExitCode == 0 && plan.Output.Contains("= pre-activate hook Job shop/migrate does not run (it ran for this bundle already)", StringComparison.Ordinal), plan.Output + plan.Error);

        // As its time to live does. A start repairs what is missing, and this is not.
        await world.Node.DeleteAsync($"{Job}?propagationPolicy=Background");
        await world.Site.KillAsync();
        world.Site.Start();
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await Eventually.TrueAsync(async () => await world.PageAsync() is not null, "the page is there again");
        Assert.Null(await world.FindAsync(Job));

        await world.Delivery.DeliverAsync(Version("2.0.0"));
        await AwaitJobAsync(world.Node);
        await EndAsync(world.Node, "Failed");
        var failed = await world.Site.AwaitStatusAsync(status => status.Channels is [{ State: ChannelState.RolledBack }], "rolled back");
        Assert.Equal((ReasonCodes.HookFailed, "1.0.0"), (failed.Channels[0].Reason, failed.Channels[0].Running?.Version));
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Equal(
            [ReasonCodes.HookFailed, ReasonCodes.HookFailed],
            world.Ledger().Where(entry => entry.Event is AcknowledgementEvent.Failed or AcknowledgementEvent.RolledBack).Select(entry => entry.Reason));
    }

    /// <summary>A version with the Job as a pre-activate hook.</summary>
    internal static ShopVersion Version(string version) => new(version)
    {
        HasPods = false,
        MoreDefinition = "ignoreImages: [registry.example/*]\n",
        MoreManifests = """
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: migrate, namespace: shop, annotations: {edgesync.dev/hook: pre-activate, edgesync.dev/hook-timeout: 10m}}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "registry.example/migrate:1"}]}}}

            """,
    };

    /// <summary>Waits for the Job; its uid.</summary>
    internal static async Task<string> AwaitJobAsync(KubernetesNode node)
    {
        string? uid = null;
        await Eventually.TrueAsync(async () => (uid = (string?)(await node.FindAsync(Job))?["metadata"]!["uid"]) is not null, "the Job is there");
        return uid!;
    }

    /// <summary>Ends the Job, as a controller does.</summary>
    internal static async Task EndAsync(KubernetesNode node, string condition)
    {
        await AwaitJobAsync(node);
        var live = (await node.FindAsync(Job))!;
        live["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True", ["message"] = "so says the test" }),
        };
        await node.ReplaceAsync($"{Job}/status", live.ToJsonString());
    }
}
