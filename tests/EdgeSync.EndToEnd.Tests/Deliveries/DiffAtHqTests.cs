using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.EndToEnd.Tests.Interruptions;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>HQ asks a site where its cluster is not what should run, and the site signs the answer.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class DiffAtHqTests(InterruptedShop world)
{
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task A_site_that_is_asked_compares_its_cluster_and_HQ_has_the_signed_answer()
    {
        var delivery = await world.NextAsync();
        await delivery.PublishAsync();
        await delivery.AwaitDoneAsync();

        var answer = await _shop.AskForDiffAsync();

        var channel = answer["channels"]!.AsArray().Single()!;
        Assert.Null(channel["failure"]);
        Assert.Equal(delivery.Version, (string?)channel["running"]!["version"]);
        Assert.Empty(channel["objects"]!.AsArray());
        Assert.True((int)channel["counts"]!["unchanged"]! > 1, answer.ToJsonString());
        Assert.False((bool)answer["hasChanges"]!);
        await _shop.AssertHqHasAllAsync();
    }

    [PeerFact]
    public async Task A_site_without_its_cluster_answers_why_it_cannot_compare()
    {
        await world.NextAsync();
        _shop.ApiGate.Cut();
        try
        {
            var answer = await _shop.AskForDiffAsync();

            Assert.Equal("ClusterUnreachable", (string?)answer["channels"]!.AsArray().Single()!["failure"]!["reason"]);
        }
        finally
        {
            _shop.ApiGate.Mend();
        }
    }
}
