using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A channel that is a tenant of the site brings only what it may.</summary>
public sealed class TenantTests
{
    private static readonly TenantLimits Limits = new()
    {
        Namespaces = ["partner", "partner-db"],
        ClusterKinds = ["PriorityClass.scheduling.k8s.io"],
        ForbiddenKinds = ["Secret", "DaemonSet.apps"],
        MaxObjects = 3,
    };

    [Theory]
    [InlineData("apps/v1", "Deployment", "partner", "web", null)]
    [InlineData("v1", "Namespace", null, "partner-db", null)]
    [InlineData("scheduling.k8s.io/v1", "PriorityClass", null, "high", null)]
    [InlineData("v1", "ConfigMap", "kube-system", "a", "ConfigMap kube-system/a: it may only have objects in partner, partner-db")]
    [InlineData("v1", "Namespace", null, "other", "Namespace other: this namespace is not one of partner, partner-db")]
    [InlineData("v1", "Secret", "partner", "a", "Secret partner/a: it may not bring Secret")]
    [InlineData("apps/v1beta1", "DaemonSet", "partner", "a", "DaemonSet partner/a: it may not bring DaemonSet.apps")]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRole", null, "a", "ClusterRole a: it may not bring objects of the whole cluster of this kind")]
    public void FindObjections_OfAnObject_NamesWhatStandsAgainstIt(string apiVersion, string kind, string? @namespace, string name, string? expected)
    {
        var found = Limits.FindObjections([new ObjectId(apiVersion, kind, @namespace, name)]);

        Assert.Equal(expected is null ? [] : [expected], found);
    }

    [Fact]
    public void FindObjections_MoreObjectsThanAllowed_SaysSo() => Assert.Equal(
        ["it has 4 objects, and may have 3"],
        Limits.FindObjections([.. Enumerable.Range(0, 4).Select(i => new ObjectId("v1", "ConfigMap", "partner", $"a{i}"))]));

    [Fact]
    public async Task AdvanceAsync_ObjectOutsideTheTenant_IsRefusedAndNothingIsWritten()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Tenant = Limits;
        world.Publish(1);
        var channel = world.Start();
        await channel.PollAsync(default);

        var failure = await Assert.ThrowsAnyAsync<EdgeSyncException>(() => channel.AdvanceAsync(default));

        Assert.Equal(ReasonCodes.TenantLimitExceeded, failure.Reason);
        Assert.Contains("ConfigMap default/motto: it may only have objects in partner, partner-db", failure.Message, StringComparison.Ordinal);
        Assert.Equal((ReasonCodes.TenantLimitExceeded, 0), (world.Record.Refused?.Reason, world.Applied.Count));
    }

    [Fact]
    public async Task AdvanceAsync_CheckOfAPreflightThatTheTenantMayNotBring_IsRefused()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Tenant = Limits with { Namespaces = ["default"], ForbiddenKinds = ["Job.batch"] };
        world.Publish(1, await world.AddHooksAsync("1", ("verify", "edgesync.dev/hook: preflight")));
        var channel = world.Start();
        await channel.PollAsync(default);

        var failure = await Assert.ThrowsAnyAsync<EdgeSyncException>(() => channel.AdvanceAsync(default));

        Assert.Equal(ReasonCodes.TenantLimitExceeded, failure.Reason);
        Assert.Contains("Job default/verify: it may not bring Job.batch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdvanceAsync_ObjectsInsideTheTenant_BecomeLive()
    {
        using var world = await LiveWorld.CreateAsync();
        world.Tenant = Limits with { Namespaces = ["default"] };
        world.Publish(1);
        var channel = world.Start();
        await channel.PollAsync(default);

        await channel.AdvanceAsync(default);

        Assert.NotNull(channel.Record.LastGood);
    }
}
