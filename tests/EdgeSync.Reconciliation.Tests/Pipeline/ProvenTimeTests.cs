using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>Logs and timestamp authorities that vouch for a bundle's signatures also prove a lower bound of the time.</summary>
public sealed class ProvenTimeTests : IAsyncLifetime
{
    private LiveWorld _world = null!;

    [Fact]
    public async Task AdvanceAsync_TimestampedSignature_ProvesItsTime()
    {
        var stamped = await StageAsync(new BundleRecipe { LoggedAt = TestWorld.Now.AddMinutes(-1), Stamped = true });

        Assert.Equal(TestWorld.Now, stamped);
    }

    [Fact]
    public async Task AdvanceAsync_SignatureInALog_ProvesTheTimeOfTheLog()
    {
        var logged = await StageAsync(new BundleRecipe { LoggedAt = TestWorld.Now.AddMinutes(-1) });

        Assert.Equal(TestWorld.Now.AddMinutes(-1), logged);
    }

    [Fact]
    public async Task AdvanceAsync_RestartedOnWhatRuns_ProvesItsTimeAgain()
    {
        await StageAsync(new BundleRecipe());
        _world.Proven.Clear();

        await _world.Start().GetLiveAsync(default);

        Assert.Equal([TestWorld.Now], _world.Proven);
    }

    public async Task InitializeAsync() => _world = await LiveWorld.CreateAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    // The last proven time, after the release's own.
    private async Task<DateTimeOffset> StageAsync(BundleRecipe recipe)
    {
        _world.Judge = index => Judge(index, recipe);
        _world.Publish(1);
        var site = _world.Start();
        await site.PollAsync(default);
        await site.AdvanceAsync(default);
        Assert.Equal(2, _world.Proven.Count);
        return _world.Proven[1];
    }

    private static VerifiedBundle Judge(Descriptor index, BundleRecipe recipe)
    {
        var policy = new TrustPolicy([], [new BundleRule("shop", TrustScope.Everything, [KeylessFixture.Pipeline], 1, [])]);
        var verdict = BundleVerifier.Verify(index, [KeylessFixture.Sign(index.Digest, recipe)], policy, TrustPlace.Unknown, TestWorld.Now);
        return Assert.IsType<BundleVerdict.Trusted>(verdict).Bundle;
    }
}
