using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
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

    // A bundle may give an object to another component, or to another place in its files: the order changes, and the object does not.
    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_ObjectsInAnotherOrder_AreTheSameObjects()
    {
        KubernetesObject[] objects = [Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "motto", "1"), Yaml.ConfigMap(_shop, "more", "1")];
        await ApplyAsync(Request(objects));
        var uid = await UidAsync(objects[1]);
        var moved = Request([.. objects.Reverse()]);

        var again = await ApplyAsync(moved);
        var plan = await _applier.PlanPruneAsync(moved, default);

        Assert.All(again.Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
        Assert.Empty(plan.Candidates);
        Assert.Equal(uid, await UidAsync(objects[1]));
    }

    // What was applied in a version that the cluster no longer serves is the same object in one that it does.
    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("autoscaling/v1", "autoscaling/v2beta2")]
    [InlineData("autoscaling/v2beta2", "autoscaling/v1")]
    public async Task Prune_KindInAnotherVersion_IsTheSameObject(string before, string after)
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop), Scaler(before)));
        var uid = await UidAsync(Scaler(before));
        var request = Request(Yaml.Namespace(_shop), Scaler(after));

        await ApplyAsync(request);
        var plan = await _applier.PlanPruneAsync(request, default);

        Assert.Empty(plan.Candidates);
        Assert.Equal(2, plan.MemberCount);
        Assert.Equal(uid, await UidAsync(Scaler(after)));
    }

    // An inventory may name a group that the cluster does not serve any more (Deployment in extensions, until Kubernetes 1.15).
    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_InventoryOfAGroupThatIsGone_FindsTheObjectInItsNewGroup()
    {
        var request = Request(Yaml.Namespace(_shop), Deployment());
        await ApplyAsync(request);
        var uid = await UidAsync(Deployment());
        var inventory = new ObjectId("v1", "ConfigMap", request.ParentNamespace, request.ApplySetName);
        var annotation = (await server.Client.GetAsync(inventory, default))!["metadata"]!["annotations"]![ApplySet.GroupKindsAnnotation]!.ToString();
        await server.Client.PatchAsync(
            inventory,
            new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
            {
                ["op"] = "replace",
                ["path"] = $"/metadata/annotations/{ApplySet.GroupKindsAnnotation.Replace("/", "~1", StringComparison.Ordinal)}",
                ["value"] = annotation.Replace("Deployment.apps", "Deployment.extensions", StringComparison.Ordinal),
            }),
            dryRun: false,
            default);

        var plan = await _applier.PlanPruneAsync(request, default);
        await ApplyAsync(request);

        Assert.Empty(plan.Candidates);
        Assert.Equal(uid, await UidAsync(Deployment()));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DefinitionWithoutAStoredVersion_IsRefusedBeforeAnythingIsWritten()
    {
        var name = $"crd{Guid.NewGuid():N}"[..12];
        await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v1", "v2")));

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v2"), Yaml.ConfigMap(_shop, "more", "1"), Unnamed()));

        Assert.Equal(["ConfigMap", "CustomResourceDefinition"], result.Failures.Select(change => change.Id.Kind).Order());
        var failure = result.Failures.Single(change => change.Id.Kind == "CustomResourceDefinition").Failure!;
        Assert.Equal(
            $"CustomResourceDefinition {name}s.example.com: the bundle's definition drops the version v1, in which the cluster may have stored objects (status.storedVersions)",
            failure.Message);
        Assert.StartsWith("Migrate the storage first: keep v1 in spec.versions with 'served: false'", failure.Hint, StringComparison.Ordinal);
        Assert.Null(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "more", "").Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_DefinitionWithoutAStoredVersion_IsRefusedInTheSameWords()
    {
        var name = $"crd{Guid.NewGuid():N}"[..12];
        await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v1", "v2")));
        var planner = new ClusterPlanner(server.Client, TimeProvider.System, _ => []);

        var plan = await planner.PlanAsync(Request(Yaml.Namespace(_shop), Definition(name, "v2")), default);

        var refused = Assert.Single(plan.Changes, change => change.Failure is not null);
        Assert.Contains("drops the version v1", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("Migrate the storage first", refused.Failure.Hint, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DefinitionThatStopsToServeAStoredVersion_IsTaken()
    {
        var name = $"crd{Guid.NewGuid():N}"[..12];
        await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v1")));

        var kept = await ApplyAsync(Request(Yaml.Namespace(_shop), Definition(name, "v2", "v1")));

        Assert.Empty(kept.Failures);
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

    private KubernetesObject Scaler(string apiVersion) => Yaml.ReadOne(
        $"apiVersion: {apiVersion}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web, namespace: {_shop}}}\n"
        + "spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n");

    private KubernetesObject Deployment() => Yaml.ReadOne(
        $"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: {_shop}}}\nspec:\n  replicas: 0\n"
        + "  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: r.example/web:1}]}}\n");

    // The API server refuses it, as one more thing that is wrong with the bundle.
    private KubernetesObject Unnamed() => Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: Not_A_Name, namespace: {_shop}}}\n");

    private async Task<string> UidAsync(KubernetesObject item) => (await server.Client.GetAsync(item.Id, default))!["metadata"]!["uid"]!.ToString();

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
