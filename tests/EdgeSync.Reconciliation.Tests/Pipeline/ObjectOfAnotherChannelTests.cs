using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>Two channels of a site that name the same object.</summary>
public sealed class ObjectOfAnotherChannelTests
{
    private static readonly ObjectId Web = new("apps/v1", "Deployment", "shop", "web");
    private static readonly ObjectId Page = new("v1", "ConfigMap", "shop", "page");

    [Fact]
    public async Task AdvanceAsync_ObjectOfAnotherChannel_IsRefusedAndNothingIsWritten()
    {
        using var world = await LiveWorld.CreateAsync();
        world.IsOfAnotherChannel = true;
        world.Publish(1);
        var channel = world.Start();
        await channel.PollAsync(default);

        var failure = await Assert.ThrowsAnyAsync<EdgeSyncException>(() => channel.AdvanceAsync(default));

        Assert.Equal(ReasonCodes.ObjectOfAnotherChannel, failure.Reason);
        Assert.Contains("the channel stable may not take over ConfigMap default/motto of the inventory edgesync-other", failure.Message, StringComparison.Ordinal);
        Assert.Equal((ReasonCodes.ObjectOfAnotherChannel, 0), (world.Record.Refused?.Reason, world.Applied.Count));
        Assert.Empty(world.Record.Quarantined);
    }

    [Fact]
    public void TryClaim_ObjectThatIsAboutToBeWritten_IsTakenUntilItsChannelHasEnded()
    {
        var claims = new ObjectClaims();

        Assert.Empty(claims.TryClaim("a", [Web, Page]));
        Assert.Equal([(Web, "a")], claims.TryClaim("b", [Web]));
        Assert.Empty(claims.TryClaim("a", [Page]));
        Assert.Empty(claims.TryClaim("b", [Web with { ApiVersion = "apps/v1beta1" }]));
        claims.Release("a");
        Assert.Empty(claims.TryClaim("c", [Page]));
    }
}
