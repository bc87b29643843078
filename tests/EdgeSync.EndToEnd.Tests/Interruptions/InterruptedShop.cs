using EdgeSync.EndToEnd.Tests.Harness.Gates;

namespace EdgeSync.EndToEnd.Tests.Interruptions;

/// <summary>One world for all interruptions: each test takes the site from the version that the last one left to the next.</summary>
public sealed class InterruptedShop : PeerFixture
{
    private int _number;

    internal GatedShop Shop { get; private set; } = null!;

    protected override async Task StartAsync()
    {
        Shop = await GatedShop.StartAsync(withPods: false);
        var first = await NextAsync();
        await first.PublishAsync();
        await first.AwaitDoneAsync();
    }

    protected override async Task StopAsync() => await Shop.DisposeAsync();

    /// <summary>The next version, pushed and signed, after all links are repaired and the site is at rest.</summary>
    internal async Task<GatedDelivery> NextAsync(bool works = true)
    {
        await Shop.ResetAsync();
        return await NextAsItIsAsync(works);
    }

    /// <summary>The next version, pushed and signed, in any state of the links.</summary>
    internal Task<GatedDelivery> NextAsItIsAsync(bool works = true) => GatedDelivery.PrepareAsync(Shop, ++_number, works);
}
