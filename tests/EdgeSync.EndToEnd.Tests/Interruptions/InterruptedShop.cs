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

    /// <summary>The next version, pushed and signed, with all links whole and the site at rest before it.</summary>
    internal async Task<GatedDelivery> NextAsync(bool works = true)
    {
        await Shop.ResetAsync();
        return await NextAsItIsAsync(works);
    }

    /// <summary>The next version, pushed and signed, whatever the links are like.</summary>
    internal Task<GatedDelivery> NextAsItIsAsync(bool works = true) => GatedDelivery.PrepareAsync(Shop, ++_number, works);
}
