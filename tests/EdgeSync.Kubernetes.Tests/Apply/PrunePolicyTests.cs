using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Apply;

public sealed class PrunePolicyTests
{
    [Theory]
    [InlineData("v1", "ConfigMap", 1, 4, 0)]
    [InlineData("v1", "ConfigMap", 2, 4, 1)]
    [InlineData("v1", "Namespace", 1, 100, 1)]
    [InlineData("v1", "PersistentVolumeClaim", 1, 100, 1)]
    [InlineData("v1", "PersistentVolume", 2, 100, 2)]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", 1, 100, 1)]
    [InlineData("example.com/v1", "Namespace", 1, 100, 0)]
    public void Objections_Plan_NamesWhatNeedsPermission(string apiVersion, string kind, int deleted, int members, int expected)
    {
        var candidates = Enumerable.Range(0, deleted).Select(i => new PruneCandidate(new ObjectId(apiVersion, kind, null, $"a{i}"), "uid"));

        Assert.Equal(expected, new PrunePolicy().Objections(new PrunePlan(Request(Yaml.Namespace("shop")), [.. candidates], members)).Count);
    }

    [Fact]
    public void Objections_EmptyDesiredState_IsOne() =>
        Assert.Equal(["the desired state is empty"], new PrunePolicy().Objections(new PrunePlan(Request(), [], 10)));

    [Fact]
    public void Objections_MostOfOneKind_NameTheKindAndItsObjects()
    {
        var plan = Plan(100, [Candidate("apps/v1", "Deployment", "a"), Candidate("apps/v1", "Deployment", "b")], ("Deployment.apps", 3));

        Assert.Equal(
            ["2 of 3 objects of the kind Deployment.apps would be deleted (Deployment shop/a, Deployment shop/b); at most 25 % of a kind may be"],
            new PrunePolicy().Objections(plan).Select(Plain));
        Assert.Empty(new PrunePolicy().Objections(plan with { Candidates = [plan.Candidates[0]] }));
    }

    [Fact]
    public void Objections_ReplacedObjects_DoNotCount()
    {
        var plan = Plan(3, [Candidate("v1", "ConfigMap", "a") with { IsReplaced = true }]);

        Assert.Empty(new PrunePolicy().Objections(plan));
    }

    [Fact]
    public void Objections_AllowedKind_LiftsOnlyItsLimit()
    {
        var policy = new PrunePolicy();
        var plan = Plan(4, [Candidate("v1", "ConfigMap", "a"), Candidate("v1", "ConfigMap", "b"), Candidate("v1", "PersistentVolumeClaim", "c")]);

        Assert.Equal([(1, "ConfigMap"), (1, "PersistentVolumeClaim")], policy.NeededFor(plan).Select(limit => (limit.Kinds.Count, limit.Kinds[0])));
        Assert.Equal([2, 1], policy.NeededFor(plan).Select(limit => limit.Max));
        Assert.Equal(2, policy.Objections(plan).Count);
        Assert.StartsWith("PersistentVolumeClaim", Assert.Single(policy.Objections(plan, [new PruneLimit(["ConfigMap"], 2)])), StringComparison.Ordinal);
        Assert.Equal(2, policy.Objections(plan, [new PruneLimit(["ConfigMap"], 1)]).Count);
        Assert.Empty(policy.Objections(plan, policy.NeededFor(plan)));
        Assert.Equal(["c"], PrunePolicy.Protected(plan, [new PruneLimit(["ConfigMap"], 2)]).Select(candidate => candidate.Id.Name));
    }

    private static PruneCandidate Candidate(string apiVersion, string kind, string name) => new(new ObjectId(apiVersion, kind, "shop", name), "uid");

    private static PrunePlan Plan(int members, IReadOnlyList<PruneCandidate> candidates, params (string Kind, int Count)[] kinds) =>
        new(Request(Yaml.Namespace("shop")), candidates, members) { MembersByKind = kinds.ToDictionary(kind => kind.Kind, kind => kind.Count) };

    // The blank before the sign depends on the culture's data.
    private static string Plain(string text) => text.Replace('\u00A0', ' ').Replace("25%", "25 %", StringComparison.Ordinal);

    private static ApplyRequest Request(params KubernetesObject[] objects) => new("set", "own", "shop", objects);
}
