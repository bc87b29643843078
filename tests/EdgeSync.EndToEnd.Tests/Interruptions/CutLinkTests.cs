using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>
/// Registry and broker become unreachable while the site is in one stage of the pipeline. Up to fetch the site waits, reports why, and goes on
/// when they are back. After fetch it needs neither. In both cases each change is made once, and HQ gets every message in order.
/// </summary>
[Collection(InterruptionScenarios.Name)]
public sealed class CutLinkTests(InterruptedShop world)
{
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task Cut_in_discover_it_says_so_and_takes_the_release_when_the_link_is_back()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InDiscover(_shop);
        await _shop.ReachAsync(stop);
        await delivery.PublishAsync();

        _shop.CutLinks();

        await AwaitRegistryMissedAsync();
        _shop.MendLinks();
        await delivery.AssertDoneOnceAsync();
    }

    [PeerFact]
    public async Task Cut_in_verify_it_says_so_and_goes_on_when_the_link_is_back()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InVerify(_shop, delivery);
        await delivery.PublishAsync();
        await _shop.ReachAsync(stop);

        _shop.CutLinks();

        await AwaitRegistryMissedAsync();
        _shop.MendLinks();
        await delivery.AssertDoneOnceAsync();
    }

    [PeerFact]
    public async Task Cut_in_fetch_it_says_so_and_asks_for_the_rest_only_when_the_link_is_back()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InFetch(_shop, delivery);
        await delivery.PublishAsync();
        var first = await _shop.ReachAsync(stop);
        await _shop.AwaitPartialAsync(first);
        var missed = _shop.Site.AwaitLogAsync("broke with");

        _shop.CutLinks();

        await missed;
        _shop.MendLinks();
        await delivery.AssertDoneOnceAsync();
        Assert.Equal(first.BytesDown, _shop.RegistryGate.Requests.Last(request => request.Path == first.Path).Offset);
    }

    [PeerFact]
    public Task Cut_in_stage_it_goes_on_alone() => AssertGoesOnAloneAsync(Stops.InStage);

    [PeerFact]
    public async Task Cut_at_the_gate_it_begins_at_the_given_time_alone()
    {
        var delivery = await world.NextAsync();
        await delivery.PublishAndAwaitWaitingAsync();

        _shop.CutLinks();

        await delivery.AwaitDoneAsync();
        _shop.MendLinks();
        await delivery.AssertDoneOnceAsync(GatedDelivery.GoodAfterWaiting);
    }

    [PeerFact]
    public Task Cut_in_apply_it_goes_on_alone() => AssertGoesOnAloneAsync(shop => Stops.InApply(shop, GatePoint.Request));

    [PeerFact]
    public Task Cut_in_confirm_it_goes_on_alone() => AssertGoesOnAloneAsync(Stops.InConfirm);

    [PeerFact]
    public Task Cut_in_prune_it_goes_on_alone() =>
        AssertGoesOnAloneAsync(shop => Stops.InPrune(shop, GatePoint.Request), unsent: 0); // Healthy was said before, and pruning is not told.

    [PeerFact]
    public Task Cut_in_the_apply_of_a_rollback_it_goes_back_alone() => AssertGoesOnAloneAsync(Stops.InRollbackApply, works: false);

    [PeerFact]
    public Task Cut_in_the_confirm_of_a_rollback_it_goes_back_alone() => AssertGoesOnAloneAsync(Stops.InRollbackConfirm, works: false);

    private async Task AssertGoesOnAloneAsync(Func<GatedShop, GateStop> stopIn, bool works = true, int unsent = 1)
    {
        var delivery = await world.NextAsync(works);
        using var stop = stopIn(_shop);
        await delivery.PublishAsync();
        await _shop.ReachAsync(stop);

        _shop.CutLinks();
        stop.Release();

        var alone = await delivery.AwaitDoneAsync();
        Assert.True(alone.OutboxLength >= unsent, "HQ has heard of it although the link is cut");
        _shop.MendLinks();
        await delivery.AssertDoneOnceAsync();
    }

    private async Task AwaitRegistryMissedAsync()
    {
        var status = await _shop.Site.AwaitStatusAsync(status => status.Channels is [{ Reason: not null }], "aware that the registry is gone");
        Assert.Contains(status.Channels[0].Reason, new[] { "RegistryUnreachable", "ConnectionLost" });
        Assert.NotNull(status.Channels[0].Message);
    }
}
