using EdgeSync.Kubernetes.Fields;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A site's own rules for fields are a part of what it reports as its state.</summary>
public sealed class FieldPolicyTests
{
    private static readonly ChannelSubscription Channel = new("stable", "registry.example.com/retail/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
    private static readonly IgnoreRule Replicas = new() { Kind = "Deployment.apps", Fields = ["/spec/replicas"] };

    [Fact]
    public void FieldPolicy_SiteWithoutRules_AddsNothing() => Assert.Equal("", Channel.FieldPolicy);

    [Fact]
    public void FieldPolicy_OfDifferentRules_Differs()
    {
        string[] policies =
        [
            Channel.FieldPolicy,
            (Channel with { Conflicts = ConflictPolicy.Leave }).FieldPolicy,
            (Channel with { Conflicts = ConflictPolicy.Fail }).FieldPolicy,
            (Channel with { Ignore = [Replicas] }).FieldPolicy,
            (Channel with { Ignore = [Replicas with { Name = "till-*" }] }).FieldPolicy,
            (Channel with { Ignore = [Replicas with { Fields = ["/spec/paused"] }] }).FieldPolicy,
        ];

        Assert.Equal(policies.Length, policies.Distinct(StringComparer.Ordinal).Count());
    }
}
