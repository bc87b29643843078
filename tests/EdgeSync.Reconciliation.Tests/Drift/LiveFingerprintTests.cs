using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>What the site reports as its state: the bundle, and where the cluster deviates from it.</summary>
public sealed class LiveFingerprintTests : IAsyncLifetime
{
    private const string LeftOver = "Secret/shop/s sha256:1";
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync();
        _world.Publish(1);
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task AdvanceAsync_FieldIsLeftOver_ReportsAnotherFingerprint()
    {
        _world.Deviations = [LeftOver];
        var channel = _world.Start();
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);
        var healthy = Assert.Single(_world.Acknowledged, entry => entry.Event == AcknowledgementEvent.Healthy);

        _world.Deviations = [];
        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);

        Assert.NotNull(channel.Record.Fingerprint);
        Assert.NotEqual(healthy.Fingerprint, channel.Record.Fingerprint);
    }

    [Fact]
    public async Task RepairAsync_OnlyALeftOverIsNew_ChangesTheFingerprintAndAcknowledgesNothing()
    {
        var channel = _world.Start();
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);
        var clean = channel.Record.Fingerprint;
        _world.Acknowledged.Clear();

        _world.Deviations = [LeftOver];
        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);
        var first = channel.Record.Fingerprint;
        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);

        Assert.NotEqual(clean, first);
        Assert.Equal(first, channel.Record.Fingerprint);
        Assert.Equal(first, _world.Start().Record.Fingerprint);
        Assert.Empty(_world.Acknowledged);
    }
}
