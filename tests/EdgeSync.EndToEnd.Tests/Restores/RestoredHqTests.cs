using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Restores;

/// <summary>HQ's database and the registry come back as they were some releases ago, as docs/hq.md describes it.</summary>
public sealed class RestoredHqTests
{
    [PeerFact]
    public async Task An_HQ_from_an_old_backup_locks_no_site_out_gets_all_entries_again_and_a_new_epoch_goes_on()
    {
        await using var shop = await GatedShop.StartAsync(withPods: false);
        var one = await DeliverAsync(shop, 1);
        var known = (await shop.StoredAtHqAsync()).Count;
        var hq = HqBackup.Make(shop.Hq, shop.Session["hq-backup.db"]);
        var crane = await PeerTool.CraneAsync();
        var (channel, saved) = ($"{shop.Delivery.ReleaseRepository}:{ShopDelivery.Channel}", $"{shop.RegistryGate.Address.Authority}/saved/releases:one");
        await CopyAsync(crane, channel, saved);
        await DeliverAsync(shop, 2);
        await DeliverAsync(shop, 3);
        await using var late = await LateSite.EnrolAsync(shop);

        await hq.RestoreAsync();

        // The site that HQ knows: every entry once more, from the time of the backup, and nothing is held against it.
        await shop.AwaitAllAtHqAsync();
        Assert.True((await shop.StoredAtHqAsync()).Count >= known + (2 * GatedDelivery.Good.Length));
        await shop.AssertHqHasAllAsync();
        await AwaitConditionAsync(shop, "healthy");

        // The one that enrolled since then is not known: its messages are evidence, and its certificate identifies it, with nobody at the site.
        await late.AssertUnknownAsync();
        await late.AssertAllAtHqAsync();

        // The registry too: its release is one that the site has seen better, and so is the next number there.
        await CopyAsync(crane, saved, channel);
        await AwaitRefusedAsync(shop, "1.0.0");
        var four = await GatedDelivery.PrepareAsync(shop, 4);
        await four.PublishAsync();
        var refused = await AwaitRefusedAsync(shop, "4.0.0");
        Assert.Equal("3.0.0", refused.Channels[0].Running?.Version);
        await AwaitConditionAsync(shop, "lastGood");

        await four.PublishAsync("--new-epoch");
        await four.AwaitDoneAsync();
        await shop.AwaitAllAtHqAsync();
        await shop.AssertHqHasAllAsync();
        await AwaitConditionAsync(shop, "healthy");
        Assert.Equal(GatedDelivery.Good, shop.Ledger().TakeLast(GatedDelivery.Good.Length).Select(entry => entry.Event));
        Assert.NotEqual(one.Digest, four.Digest);
    }

    private static async Task<GatedDelivery> DeliverAsync(GatedShop shop, int number)
    {
        var delivery = await GatedDelivery.PrepareAsync(shop, number);
        await delivery.PublishAsync();
        await delivery.AwaitDoneAsync();
        await shop.AssertHqHasAllAsync();
        return delivery;
    }

    private static Task<SiteStatus> AwaitRefusedAsync(GatedShop shop, string version) => shop.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Rejected, Reason: ReasonCodes.SequenceReplayed, Pending: { } pending }] && pending.Version == version,
        $"told that it has seen better than {version}");

    private static Task AwaitConditionAsync(GatedShop shop, string condition) =>
        Eventually.TrueAsync(async () => (string?)(await shop.SiteAtHqAsync())["condition"] == condition, $"the site is {condition} at HQ");

    private static async Task CopyAsync(PeerTool crane, string from, string to) =>
        (await crane.RunAsync(CancellationToken.None, "copy", "--insecure", from, to)).EnsureSuccess();
}
