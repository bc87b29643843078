using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>The process is killed while it is in one stage of the pipeline, and started again: it continues, and nothing is done twice.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class KilledTests(InterruptedShop world)
{
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task Killed_with_half_a_blob_on_disk_it_asks_for_the_other_half_only()
    {
        var delivery = await world.NextAsync();
        using var stop = Stops.InFetch(_shop, delivery);
        await delivery.PublishAsync();
        var first = await _shop.ReachAsync(stop);
        var layer = new FileInfo(RegistryFiles.LayerOf(_shop.Registry, delivery.Digest));
        await _shop.AwaitPartialAsync(first);

        await _shop.KillAndStartAsync();

        await delivery.AssertDoneOnceAsync();
        var blob = _shop.RegistryGate.Requests.Where(request => request.Method == "GET" && request.Path == first.Path).ToList();
        Assert.Equal([0, layer.Length / 2], blob.Select(request => request.Offset));
        Assert.Equal(layer.Length, blob.Sum(request => request.BytesDown));
    }

    [PeerFact]
    public Task Killed_in_verify_it_goes_on() => AssertGoesOnAsync((shop, delivery) => Stops.InVerify(shop, delivery));

    [PeerFact]
    public Task Killed_in_stage_it_goes_on() => AssertGoesOnAsync((shop, _) => Stops.InStage(shop));

    [PeerFact]
    public async Task Killed_at_the_gate_it_still_waits_for_the_given_time_and_says_so_once()
    {
        var delivery = await world.NextAsync();
        await delivery.PublishAndAwaitWaitingAsync();

        await _shop.KillAndStartAsync();

        await delivery.AssertDoneOnceAsync(GatedDelivery.GoodAfterWaiting);
    }

    [PeerTheory]
    [InlineData("Request")]
    [InlineData("Answer")]
    public Task Killed_in_apply_between_two_stages_of_objects_it_writes_only_what_is_missing(string point) =>
        AssertGoesOnAsync((shop, _) => Stops.InApply(shop, Enum.Parse<GatePoint>(point)));

    [PeerFact]
    public Task Killed_in_confirm_it_goes_on() => AssertGoesOnAsync((shop, _) => Stops.InConfirm(shop));

    [PeerTheory]
    [InlineData("Request")]
    [InlineData("Answer")]
    public Task Killed_in_prune_it_deletes_what_is_left(string point) =>
        AssertGoesOnAsync((shop, _) => Stops.InPrune(shop, Enum.Parse<GatePoint>(point)));

    [PeerFact]
    public Task Killed_in_the_apply_of_a_rollback_it_goes_back() => AssertGoesOnAsync((shop, _) => Stops.InRollbackApply(shop), works: false);

    [PeerFact]
    public Task Killed_in_the_confirm_of_a_rollback_it_goes_back() => AssertGoesOnAsync((shop, _) => Stops.InRollbackConfirm(shop), works: false);

    [PeerFact]
    public Task Killed_in_the_prune_of_a_rollback_it_goes_back() => AssertGoesOnAsync((shop, _) => Stops.InRollbackPrune(shop), works: false);

    private async Task AssertGoesOnAsync(Func<GatedShop, GatedDelivery, GateStop> stopIn, bool works = true)
    {
        var delivery = await world.NextAsync(works);
        using var stop = stopIn(_shop, delivery);
        await delivery.PublishAsync();
        await _shop.ReachAsync(stop);

        await _shop.KillAndStartAsync();

        await delivery.AssertDoneOnceAsync();
    }
}
