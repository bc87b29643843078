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

    private static ApplyRequest Request(params KubernetesObject[] objects) => new("set", "own", "shop", objects);
}
