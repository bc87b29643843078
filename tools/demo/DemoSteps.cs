using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Shop;
using k8s;

namespace EdgeSync.Demo;

/// <summary>The story: two versions, a broken one, a cut line, a preflight, a night, and HQ that knows all of it. Each step checks what it claims.</summary>
internal static class DemoSteps
{
    /// <summary>A repair is two entries: drifted, repaired.</summary>
    private const int RepairEntries = 2;

    public static async Task RunAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        await DeliverAsync(world, "1.0.0", cancellationToken);
        await DeliverAsync(world, "2.0.0", cancellationToken);
        await Narrator.StepAsync("Releasing 3.0.0, whose web server ends at once: the site goes back by itself", async () =>
        {
            await world.Delivery.DeliverAsync(new ShopVersion("3.0.0", Works: false), cancellationToken);
            await UntilStateAsync(world, ChannelState.RolledBack, "2.0.0", cancellationToken);
            await AssertShopAsync(world, "2.0.0", cancellationToken);
        });
        var ledgerBefore = (await world.StatusAsync(cancellationToken))?.LedgerNumber ?? 0;
        await Narrator.StepAsync("Cutting registry and broker, and deleting the Deployment meanwhile: the site repairs it alone", async () =>
        {
            await world.Registry.StopAsync(cancellationToken);
            await world.Broker.StopAsync(cancellationToken);
            var before = await DeploymentUidAsync(world, cancellationToken);
            await world.Node.Api.AppsV1.DeleteNamespacedDeploymentAsync("web", "shop", cancellationToken: cancellationToken);
            await DemoWorld.UntilAsync(
                "the Deployment is back", async () => await DeploymentUidAsync(world, cancellationToken) is { } uid && uid != before, cancellationToken);
            await DemoWorld.UntilAsync("the shop answers again", () => AnswersAsync(world, "2.0.0", cancellationToken), cancellationToken);
        });
        await Narrator.StepAsync("Reconnecting: HQ gets every acknowledgement that was written meanwhile", async () =>
        {
            await world.Registry.StartAgainAsync(cancellationToken);
            await world.Broker.StartAgainAsync(cancellationToken);
            await DemoWorld.UntilAsync(
                "HQ has confirmed the whole ledger, the repair among it",
                async () => await world.StatusAsync(cancellationToken) is { OutboxLength: 0 } status && status.LedgerNumber >= ledgerBefore + RepairEntries,
                cancellationToken);
            await DemoWorld.UntilAsync("HQ sees the site online", () => IsOnlineAsync(world, cancellationToken), cancellationToken);
        });
        await PreflightScene.RunAsync(world, cancellationToken);
        await NightScene.RunAsync(world, cancellationToken);
        var site = await world.Hq.GetSiteAsync(world.Site.Fleet, world.Site.Site, cancellationToken);
        Narrator.Say($"HQ says of store-0042: {(string?)site["condition"]}, {(string?)site["freshness"]}, {(string?)site["presence"]}");
    }

    private static async Task<bool> IsOnlineAsync(DemoWorld world, CancellationToken cancellationToken) =>
        (string?)(await world.Hq.GetSiteAsync(world.Site.Fleet, world.Site.Site, cancellationToken))["presence"] == "online";

    private static Task DeliverAsync(DemoWorld world, string version, CancellationToken cancellationToken) =>
        Narrator.StepAsync($"Delivering {version}: build, push, sign, release; the site takes it from there", async () =>
        {
            await world.Delivery.DeliverAsync(new ShopVersion(version), cancellationToken);
            await UntilStateAsync(world, ChannelState.Healthy, version, cancellationToken);
            await AssertShopAsync(world, version, cancellationToken);
        });

    internal static Task UntilStateAsync(DemoWorld world, ChannelState state, string version, CancellationToken cancellationToken) => DemoWorld.UntilAsync(
        $"the site is {state} with {version}",
        async () => await world.StatusAsync(cancellationToken) is { Channels: [{ } channel] } && channel.State == state && channel.Running?.Version == version,
        cancellationToken);

    internal static async Task AssertShopAsync(DemoWorld world, string version, CancellationToken cancellationToken)
    {
        var page = await world.BrowseShopAsync(cancellationToken);
        if (!page.Contains($"Shop {version}", StringComparison.Ordinal))
        {
            throw new TestbedException("DemoFailed", $"the shop answers '{page}' where version {version} was expected");
        }

        Narrator.Say($"  the shop answers {page}");
    }

    private static async Task<bool> AnswersAsync(DemoWorld world, string version, CancellationToken cancellationToken)
    {
        try
        {
            return (await world.BrowseShopAsync(cancellationToken)).Contains($"Shop {version}", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or TestbedException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<string?> DeploymentUidAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var list = await world.Node.Api.AppsV1.ListNamespacedDeploymentAsync("shop", cancellationToken: cancellationToken);
        return list.Items.FirstOrDefault()?.Metadata.Uid;
    }
}
