using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.EndToEnd.Tests.Time;

/// <summary>The newest release of a channel expires, and nothing newer comes.</summary>
public sealed class FrozenChannelTests
{
    [PeerFact]
    public async Task An_expired_channel_holds_new_changes_is_told_at_the_site_and_at_HQ_and_drift_is_repaired_until_a_fresh_release_comes()
    {
        await using var shop = await GatedShop.StartAsync(withPods: false);
        var one = await GatedDelivery.PrepareAsync(shop, 1);
        await one.PublishAsync();
        await one.AwaitDoneAsync();

        // A change that is staged, and good for a month; then the channel's newest release, for other sites, ends.
        await HoldAsync(shop, "set", "--reason", "in flight");
        var two = await GatedDelivery.PrepareAsync(shop, 2);
        await two.PublishAsync();
        await AwaitWaitingAsync(shop, ReasonCodes.Held);
        await two.PublishForAsync("3s", "--selector", "region=south");
        await shop.Site.AwaitStatusAsync(status => status.Channels is [{ FrozenSince: not null }], "suspicious of a freeze");
        await HoldAsync(shop, "clear");

        var frozen = (await AwaitWaitingAsync(shop, ReasonCodes.FreezeSuspected)).Channels[0];
        Assert.Equal(("1.0.0", "2.0.0"), (frozen.Running?.Version, frozen.Pending?.Version));

        // HQ calls it frozen while the hold is the reason to wait, too.
        await Eventually.TrueAsync(
            async () => (string?)(await ChannelAtHqAsync(shop))["reason"] == ReasonCodes.FreezeSuspected, "HQ hears that the freeze holds the change");
        Assert.Equal("frozen", (string?)(await shop.SiteAtHqAsync())["condition"]);
        var channel = await ChannelAtHqAsync(shop);
        Assert.Equal("1.0.0", (string?)channel["running"]!["version"]);
        Assert.NotNull(channel["frozenSince"]);

        var repaired = shop.Site.AwaitLogAsync("drift repaired");
        await shop.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/shelf-1");
        await repaired;
        Assert.Contains("shelf-1", await shop.Node.GetAsync("/api/v1/namespaces/shop/configmaps"), StringComparison.Ordinal);
        Assert.DoesNotContain("only-2", await shop.Node.GetAsync("/api/v1/namespaces/shop/configmaps"), StringComparison.Ordinal);

        await two.PublishAsync();
        Assert.Null((await two.AwaitDoneAsync()).Channels[0].FrozenSince);
        await Eventually.TrueAsync(async () => (string?)(await shop.SiteAtHqAsync())["condition"] == "healthy", "HQ sees that it is over");
        await shop.AssertHqHasAllAsync();
        Assert.Single(shop.Ledger(), entry => entry is { Event: AcknowledgementEvent.Waiting, Stage: PipelineStage.Discover, Reason: ReasonCodes.FreezeSuspected });
    }

    private static async Task<JsonNode> ChannelAtHqAsync(GatedShop shop) => (await shop.SiteAtHqAsync())["status"]!["channels"]![0]!;

    private static Task<SiteStatus> AwaitWaitingAsync(GatedShop shop, string reason) => shop.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Waiting, Pending.Version: "2.0.0" } channel] && channel.Reason == reason, $"waiting for {reason}");

    private static async Task HoldAsync(GatedShop shop, params string[] words) => Verb.AssertEnded(
        ExitCodes.Ok, await ShopWorld.EdgeSync.RunAsync(["hold", .. words, "--by", "crew", "--config", shop.Configuration.FilePath]));
}
