using System.Diagnostics;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Testbed;
using k8s;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>The registry takes a request and never answers it. What is live is kept all the same.</summary>
[Collection(InterruptionScenarios.Name)]
public sealed class HangingRegistryTests(InterruptedShop world)
{
    private const string Shelves = "/api/v1/namespaces/shop/configmaps/";
    private const string Shelf = "shelf-3";
    private readonly GatedShop _shop = world.Shop;

    [PeerFact]
    public async Task A_deleted_object_is_back_within_a_second_by_one_write_of_that_object()
    {
        await world.NextAsync();
        using var stop = _shop.RegistryGate.Stop(_ => true);
        await _shop.ReachAsync(stop);
        var repaired = _shop.Site.AwaitLogAsync("drift repaired");
        var before = _shop.ApiGate.Requests.Count;

        await DeleteAsync();
        var deleted = Stopwatch.GetTimestamp();
        await AwaitBackAsync();
        var away = Stopwatch.GetElapsedTime(deleted);

        await repaired;
        var requests = _shop.ApiGate.Requests.Skip(before).Where(request => request.Path.StartsWith(Shelves, StringComparison.Ordinal)).ToList();
        Assert.InRange(away, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(requests, request => Assert.Equal(Shelves + Shelf, request.Path));
        Assert.Equal("GET PATCH", string.Join(' ', requests.Take(2).Select(request => request.Method)));
        Assert.Single(_shop.ApiGate.Requests.Skip(before), request => request.IsWrite);
    }

    [PeerFact]
    public async Task A_site_that_starts_then_brings_back_what_was_deleted_before()
    {
        await world.NextAsync();
        await _shop.Site.KillAsync();
        await DeleteAsync();
        using var stop = _shop.RegistryGate.Stop(_ => true);
        var repaired = _shop.Site.AwaitLogAsync("drift repaired");

        _shop.Site.Start();

        await repaired;
        await AwaitBackAsync();
        await _shop.ReachAsync(stop);
    }

    private async Task DeleteAsync() => await _shop.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync(Shelf, "shop");

    private async Task AwaitBackAsync()
    {
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        while (true)
        {
            try
            {
                await _shop.Node.GetAsync(Shelves + Shelf);
                return;
            }
            catch (TestbedException failure) when (failure.Reason == "NotFound" && TimeProvider.System.GetUtcNow() < end)
            {
                // Not back yet.
            }
        }
    }
}
