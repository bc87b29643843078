using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Clocks;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Time;

/// <summary>The agent is started on a machine whose clock is in 1970, and in 2099; everybody else has the right time.</summary>
public sealed class WrongClockTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };
    private static readonly ShopVersion Three = new("3.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_clock_in_1970_and_in_2099_ends_nothing_lets_nothing_expired_in_and_is_doubted_until_it_is_right()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var saved = $"{world.Registry.Address}/saved/releases";
        await SaveExpiredAsync(world, saved);
        await world.Delivery.DeliverAsync(One);

        // The very first boot, in 1970: it is at least as late as the release that it takes.
        var begun = TimeProvider.System.GetUtcNow();
        world.Site.Start(clock: await FakeClock.AtAsync(world.Session, 1970));
        var status = await world.AwaitHealthyAsync("1.0.0");
        AssertDoubted(status, "1970-01-01");
        Assert.InRange(status.At, begun.AddMinutes(-2), TimeProvider.System.GetUtcNow().AddMinutes(2));
        Assert.All(world.Ledger(), entry => Assert.InRange(entry.At, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow().AddMinutes(2)));
        Assert.False(world.Ledger()[^1].ClockTrusted);

        // By its machine's clock this one has 56 years to go.
        var crane = await PeerTool.CraneAsync();
        (await crane.RunAsync(CancellationToken.None, "copy", "--insecure", $"{saved}:{ShopDelivery.Channel}", $"{world.Delivery.ReleaseRepository}:{ShopDelivery.Channel}")).EnsureSuccess();
        await AwaitExpiredAsync(world, "2.0.0");
        await RepairAsync(world);
        Assert.Equal(0, await world.Site.StopAsync());

        await PublishAsync(world, Three, 11);
        world.Site.Start(clock: await FakeClock.AtAsync(world.Session, 2099));
        AssertDoubted(await AwaitExpiredAsync(world, "3.0.0"), "2099-01-01");
        await RepairAsync(world);
        Assert.All(world.Ledger(), entry => Assert.False(entry.ClockTrusted));
        Assert.Equal(0, await world.Site.StopAsync());

        world.Site.Start();
        status = await world.AwaitHealthyAsync("3.0.0");
        Assert.Equal((true, null), (status.ClockTrusted, status.Notices));
        Assert.InRange(status.At, begun, TimeProvider.System.GetUtcNow().AddMinutes(2));
        var last = world.Ledger()[^1];
        Assert.Equal((AcknowledgementEvent.Healthy, true), (last.Event, last.ClockTrusted));
        SiteLedger.Verify(Path.Combine(world.Configuration.StateDirectory, "site.db"), Path.Combine(world.Configuration.StateDirectory, "identity", "ledger.pub"));
    }

    // A release with the highest number yet, that has run out before the first one is signed.
    private static async Task SaveExpiredAsync(ShopWorld world, string repository)
    {
        await PublishAsync(world, Two, 10, repository, "1s");
        var expired = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > expired), "the release has expired");
    }

    private static async Task PublishAsync(ShopWorld world, ShopVersion version, int sequence, string? repository = null, string expires = "30d")
    {
        var digest = await world.Delivery.PushAsync(version);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, version, more: ["--sequence", $"{sequence}"], repository: repository, expires: expires);
    }

    private static Task<SiteStatus> AwaitExpiredAsync(ShopWorld world, string version) => world.Site.AwaitStatusAsync(
        status => status.Channels is [{ State: ChannelState.Rejected, Reason: ReasonCodes.ReleaseExpired, Pending: { } pending, Running.Version: "1.0.0" }]
            && pending.Version == version,
        $"of the mind that {version} has expired");

    private static async Task RepairAsync(ShopWorld world)
    {
        var repaired = world.Site.AwaitLogAsync("drift repaired");
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await repaired;
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    private static void AssertDoubted(SiteStatus status, string clock)
    {
        Assert.False(status.ClockTrusted);
        Assert.Contains(clock, Assert.Single(status.Notices!, notice => notice.Reason == ReasonCodes.ClockDoubted).Message, StringComparison.Ordinal);
    }
}
