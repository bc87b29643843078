using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Restores;

/// <summary>A site's own database comes back as it was some entries ago, as docs/hq.md describes it.</summary>
public sealed class RestoredSiteTests
{
    [PeerFact]
    public async Task A_site_whose_database_came_from_a_backup_is_an_alert_and_begins_a_new_ledger_by_another_key()
    {
        await using var shop = await GatedShop.StartAsync(withPods: false);
        await using var site = await LateSite.EnrolAsync(shop);
        await site.SaveDatabaseAsync(shop.Session["site-backup.db"]);
        await site.ConfirmOneMoreAsync("stocktaking");

        await site.RestoreDatabaseAsync(shop.Session["site-backup.db"]);
        await site.SayAsync("set", "--reason", "another story");
        await site.AwaitTwoLedgersAsync();

        await site.ReplaceLedgerKeyAsync();
        await site.ConfirmOneMoreAsync("begun anew");
        await site.AssertAllAtHqAsync(number: 2);
    }
}
