using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>What looks like another object and is the same one, and a definition that must not lose what is stored.</summary>
[Collection(ApiServer.Collection)]
public sealed class SameObjectTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("extensions/v1beta1", "networking.k8s.io/v1")]
    [InlineData("networking.k8s.io/v1", "extensions/v1beta1")]
    public async Task Prune_KindMovedToAnotherGroup_IsTheSameObject(string before, string after)
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop), Ingress(before)));
        var uid = (await server.Client.GetAsync(Ingress(before).Id, default))!["metadata"]!["uid"]!.ToString();
        var request = Request(Yaml.Namespace(_shop), Ingress(after));
        Assert.Empty((await _applier.PlanPruneAsync(request, default)).Candidates);

        await ApplyAsync(request);
        var plan = await _applier.PlanPruneAsync(request, default);

        Assert.Empty(plan.Candidates);
        Assert.Equal(2, plan.MemberCount);
        await _applier.PruneAsync(plan, null, default);
        Assert.Equal(uid, (await server.Client.GetAsync(Ingress(after).Id, default))!["metadata"]!["uid"]!.ToString());
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DefinitionWithoutAStoredVersion_IsRefusedBeforeAnythingIsWritten()
    {
        var name = $"crd{Guid.NewGuid():N}"[..12];
        await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v1", "v2")));

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v2"), Yaml.ConfigMap(_shop, "more", "1")));

        var failure = Assert.Single(result.Failures);
        Assert.Equal("CustomResourceDefinition", failure.Id.Kind);
        Assert.Contains("storedVersions", failure.Failure!.Message, StringComparison.Ordinal);
        Assert.Null(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "more", "").Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task PlanPrune_ObjectOfAnotherSet_IsNamedUntilThatSetGivesItUp()
    {
        var first = Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "shared", "1"), Yaml.ConfigMap(_shop, "own", "1"));
        await ApplyAsync(first);
        var second = first with { ApplySetName = "other", OtherSets = ["set"], Objects = [Yaml.ConfigMap(_shop, "shared", "2"), Yaml.ConfigMap(_shop, "more", "2")] };

        var plan = await _applier.PlanPruneAsync(second, default);

        Assert.Equal([(Yaml.ConfigMap(_shop, "shared", "").Id, "set")], plan.OfOthers);
        Assert.Equal((0, 0), (plan.Candidates.Count, plan.MemberCount));
        await _applier.PruneAsync(await _applier.PlanPruneAsync(first with { Objects = [Yaml.Namespace(_shop)] }, default), null, default);
        Assert.Empty((await _applier.PlanPruneAsync(second, default)).OfOthers);
    }

    private KubernetesObject Ingress(string apiVersion)
    {
        var backend = apiVersion == "networking.k8s.io/v1" ? "defaultBackend: {service: {name: web, port: {number: 80}}}" : "backend: {serviceName: web, servicePort: 80}";
        return Yaml.ReadOne($"apiVersion: {apiVersion}\nkind: Ingress\nmetadata: {{name: web, namespace: {_shop}}}\nspec: {{{backend}}}\n");
    }

    // The first version is the one that is stored.
    private static KubernetesObject Definition(string name, params string[] versions) => Yaml.ReadOne($$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{name}}s.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {kind: {{char.ToUpperInvariant(name[0])}}{{name[1..]}}, plural: {{name}}s, singular: {{name}}}
          versions: [{{string.Join(", ", versions.Select((version, i) => $"{{name: {version}, served: true, storage: {(i == 0 ? "true" : "false")}, schema: {{openAPIV3Schema: {{type: object}}}}}}"))}}]
        """);

    private ApplyRequest Request(params KubernetesObject[] objects) => new("set", _shop + "-own", _shop, objects);

    private Task<ApplyResult> ApplyAsync(ApplyRequest request) => _applier.ApplyAsync(request, null, default);
}
