using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Primitives.Failures;
using k8s;
using k8s.Models;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Apply;

[Collection(ApiServer.Collection)]
public sealed class ClusterApplierTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_Twice_CreatesThenLeavesUnchanged()
    {
        var request = Request(Yaml.ConfigMap(_shop, "motto", "1"), Yaml.Namespace(_shop));

        var first = await ApplyAsync(request);
        var second = await ApplyAsync(request);
        var third = await ApplyAsync(Request(Yaml.ConfigMap(_shop, "motto", "2"), Yaml.Namespace(_shop)));

        Assert.Equal([$"Namespace {_shop}: Created", $"ConfigMap {_shop}/motto: Created"], first.Changes.Select(change => change.ToString()));
        Assert.All(second.Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
        Assert.False(second.HasChanges);
        Assert.Equal([ChangeAction.Unchanged, ChangeAction.Configured], third.Changes.Select(change => change.Action));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {}}\ndata: {say: \"1\"}\nbinaryData: {}\n")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {}}\nstringData: {}\n")]
    [InlineData("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: []\n")]
    [InlineData("""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: a}
        spec:
          selector: {matchLabels: {app: a}}
          template:
            metadata: {labels: {app: a}, annotations: {}}
            spec:
              nodeSelector: {}
              tolerations: []
              securityContext: {}
              containers: [{name: a, image: a, args: [], resources: {limits: {}}}]
              volumes: [{name: v, emptyDir: {}}]
        """)]
    public async Task Apply_TwiceWithEmptyFields_LeavesUnchanged(string yaml)
    {
        var request = Request(Yaml.Namespace(_shop), Yaml.ReadOne(yaml));
        await ApplyAsync(request);
        await NextSecondAsync();

        var second = await ApplyAsync(request);

        Assert.Equal([ChangeAction.Unchanged, ChangeAction.Unchanged], second.Changes.Select(change => change.Action));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DriftedObjectWithEmptyFields_IsConfigured()
    {
        var item = Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {say: \"1\"}\nbinaryData: {}\n");
        await ApplyAsync(Request(Yaml.Namespace(_shop), item));
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "a", "2"), new ApplyMode { Force = true }, default);

        var repaired = await ApplyAsync(Request(Yaml.Namespace(_shop), item));

        Assert.Equal([ChangeAction.Unchanged, ChangeAction.Configured], repaired.Changes.Select(change => change.Action));
        Assert.Equal("1", (await ReadAsync("a")).Data["say"]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DefinitionAndItsObjects_WorkInOneSet()
    {
        var group = $"{_shop}.example.com";
        var definition = Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group));
        var lamp = Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a}}\nspec: {{size: 3}}\n");

        var result = await ApplyAsync(Request(lamp, Yaml.Namespace(_shop), definition));
        var again = await ApplyAsync(Request(lamp, Yaml.Namespace(_shop), definition));

        Assert.Equal(["Namespace", "CustomResourceDefinition", "Lamp"], result.Changes.Select(change => change.Id.Kind));
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        Assert.All(again.Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_DefinitionGetsAFieldThatItsObjectUses_WorkInOneSet()
    {
        var group = $"{_shop}.example.com";
        var lamp = Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a}}\nspec: {{size: 3}}\n");
        await ApplyAsync(Request(lamp, Yaml.Namespace(_shop), Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group))));

        var changed = Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a}}\nspec: {{watts: 3}}\n");
        var result = await ApplyAsync(Request(changed, Yaml.Namespace(_shop), Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group, "watts"))));

        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        Assert.Equal(ChangeAction.Configured, result.Changes[^1].Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SeveralRefused_WritesNothingAndReportsAll()
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop)));
        var wrongType = Yaml.ReadOne("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: many}\n");
        var unknownKind = Yaml.ReadOne("apiVersion: nobody.example.com/v1\nkind: Thing\nmetadata: {name: b}\n");
        var invalid = Yaml.ReadOne("apiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {ports: [{port: 70000}]}\n");

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "good", "1"), wrongType, unknownKind, invalid));

        Assert.Equal(3, result.Failures.Count);
        Assert.Equal(2, result.Count(ChangeAction.Skipped));
        Assert.Equal(Disposition.Stalled, result.Disposition);
        Assert.Equal(
            ["KindUnknown", "ObjectInvalid", "ObjectInvalid"], result.Failures.Select(change => change.Failure!.Reason).Order(StringComparer.Ordinal));
        Assert.Null(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "good", "1").Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_NamespaceNotThere_SaysSo()
    {
        var result = await ApplyAsync(Request(Yaml.ConfigMap(_shop, "a", "1")));

        var failure = Assert.Single(result.Failures).Failure!;
        Assert.Equal(ApiReasons.NamespaceMissing, failure.Reason);
        Assert.Contains("Put the Namespace into the bundle", failure.Hint, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SameObjectTwiceInTheSet_IsRefused()
    {
        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1"), Yaml.ConfigMap(_shop, "a", "2")));

        Assert.Contains("appears twice", Assert.Single(result.Failures).Failure!.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_FieldOwnedByOther_IsTakenOverOrRefusedAsAsked()
    {
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await ApplyAsync(Request(Yaml.Namespace(_shop)));
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "a", "theirs"), new ApplyMode(), default);
        var ours = Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "ours"));

        var refused = await ApplyAsync(ours with { Options = new ApplyOptions { Conflicts = ConflictPolicy.Fail } });
        var forced = await ApplyAsync(ours);

        var failure = Assert.IsType<KubernetesApiException>(Assert.Single(refused.Failures).Failure);
        Assert.Equal(ApiReasons.FieldConflict, failure.Reason);
        Assert.Equal("/data/say", Assert.Single(failure.Conflicts).Field);
        Assert.True(forced.IsComplete);
        Assert.Equal("ours", (await ReadAsync("a")).Data["say"]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_FieldDroppedFromTheSet_Vanishes()
    {
        var full = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}}}\ndata: {{x: \"1\", z: \"2\"}}\n");
        var less = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}}}\ndata: {{x: \"1\"}}\n");

        await ApplyAsync(Request(Yaml.Namespace(_shop), full));
        await ApplyAsync(Request(Yaml.Namespace(_shop), less));

        Assert.False((await ReadAsync("a")).Data.ContainsKey("z"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ExportedObjectWithServerFields_IsTaken()
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1")));
        var live = (await server.Client.GetAsync(Yaml.ConfigMap(_shop, "a", "1").Id, default))!;
        live["data"]!["say"] = "2";
        live["metadata"]!["resourceVersion"] = "1";

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), new KubernetesObject(live)));

        Assert.Equal(ChangeAction.Configured, result.Changes[^1].Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ImmutableConfigMapChanged_IsStalled()
    {
        KubernetesObject Make(string value) =>
            Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nimmutable: true\nmetadata: {{name: a, namespace: {_shop}}}\ndata: {{x: \"{value}\"}}\n");
        await ApplyAsync(Request(Yaml.Namespace(_shop), Make("1")));

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), Make("2")));

        var failure = Assert.IsType<KubernetesApiException>(Assert.Single(result.Failures).Failure);
        Assert.Equal((ApiReasons.ObjectImmutable, 422, Disposition.Stalled), (failure.Reason, failure.StatusCode, failure.Disposition));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ObjectOverTheStoreLimit_IsStalled()
    {
        var large = Yaml.ConfigMap(_shop, "a", "");
        large.Json["data"] = new JsonObject(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)new string('x', 100_000))));

        var result = await ApplyAsync(Request(Yaml.Namespace(_shop), large));

        Assert.All(result.Failures, change => Assert.Equal(Disposition.Stalled, change.Failure!.Disposition));
        Assert.Single(result.Failures);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_Inventory_FollowsTheApplySetSpecification()
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1")));

        var parent = (await server.Node.Api.CoreV1.ReadNamespacedConfigMapAsync("set", _shop + "-own")).Metadata;
        var member = (await ReadAsync("a")).Metadata;

        var id = ApplySet.IdOf("set", _shop + "-own");
        Assert.Equal(id, parent.Labels["applyset.kubernetes.io/id"]);
        Assert.Equal("edgesync/v1", parent.Annotations["applyset.kubernetes.io/tooling"]);
        Assert.Equal("ConfigMap,Namespace", parent.Annotations["applyset.kubernetes.io/contains-group-kinds"]);
        Assert.Equal(_shop, parent.Annotations["applyset.kubernetes.io/additional-namespaces"]);
        Assert.Equal(id, member.Labels["applyset.kubernetes.io/part-of"]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Diff_ChangedMissingAndSecret_AreToldWithSecretsMasked()
    {
        var secret = Yaml.ReadOne($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: {_shop}}}\nstringData: {{password: hunter2}}\n");
        var service = Yaml.ReadOne($"apiVersion: v1\nkind: Service\nmetadata: {{name: w, namespace: {_shop}}}\nspec: {{ports: [{{port: 80}}], selector: {{a: b}}}}\n");
        var request = Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1"), Yaml.ConfigMap(_shop, "b", "1"), secret, service);
        var applied = await ApplyAsync(request);
        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        var clean = await _applier.DiffAsync(request, default);
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "a", "9"), new ApplyMode { Force = true }, default);
        await other.ApplyAsync(
            Yaml.ReadOne($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: {_shop}}}\ndata: {{password: eHg=}}\n"), new ApplyMode { Force = true }, default);
        await server.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("b", _shop);

        var drifts = await _applier.DiffAsync(request, default);

        Assert.Empty(clean);
        Assert.Equal([new FieldChange("/data/say", "\"9\"", "\"1\"")], drifts.Single(drift => drift.Id.Name == "a").Fields);
        Assert.True(drifts.Single(drift => drift.Id.Name == "b").IsMissing);
        Assert.Contains(new FieldChange("/data/password", "***", "***"), drifts.Single(drift => drift.Id.Name == "s").Fields);
        Assert.DoesNotContain(drifts, drift => drift.Id.Kind == "Service");
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_ObjectsNoLongerWanted_DeletesOnlyOurs()
    {
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "keep", "1"), Yaml.ConfigMap(_shop, "go", "1"), Kept("kept")));
        var forged = Yaml.ConfigMap(_shop, "forged", "1");
        forged.Json["metadata"]!["labels"] = new JsonObject { [ApplySet.PartOfLabel] = ApplySet.IdOf("set", _shop + "-own") };
        await other.ApplyAsync(forged, new ApplyMode(), default);
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "foreign", "1"), new ApplyMode(), default);

        var plan = await _applier.PlanPruneAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "keep", "1")), default);
        var result = await _applier.PruneAsync(plan, null, default);

        Assert.Equal([$"ConfigMap {_shop}/go: Deleted"], result.Changes.Select(change => change.ToString()));
        Assert.Equal(4, plan.MemberCount);
        foreach (var (name, isThere) in new[] { ("keep", true), ("go", false), ("kept", true), ("forged", true), ("foreign", true) })
        {
            Assert.Equal(isThere, await server.Client.GetAsync(Yaml.ConfigMap(_shop, name, "").Id, default) is not null);
        }
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_ObjectReplacedSincePlan_LeavesTheNewOne()
    {
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "go", "1")));
        var plan = await _applier.PlanPruneAsync(Request(Yaml.Namespace(_shop)), default);
        await server.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("go", _shop);
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "go", "new"), new ApplyMode(), default);

        var result = await _applier.PruneAsync(plan, null, default);

        Assert.Equal(ChangeAction.Skipped, Assert.Single(result.Changes).Action);
        Assert.NotNull(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "go", "").Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_FinalizerHoldsTheObject_EndsInTimeAndNamesIt()
    {
        var held = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: held, namespace: {_shop}, finalizers: [example.com/wait]}}\n");
        await ApplyAsync(Request(Yaml.Namespace(_shop), held));
        var request = Request(Yaml.Namespace(_shop)) with { Options = new ApplyOptions { PruneTimeout = TimeSpan.FromSeconds(1) } };

        var result = await _applier.PruneAsync(await _applier.PlanPruneAsync(request, default), null, default);

        var change = Assert.Single(result.Changes);
        Assert.Equal((ChangeAction.Terminating, true), (change.Action, result.IsComplete));
        Assert.EndsWith("is still there, held by the finalizers example.com/wait", change.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty((await _applier.PlanPruneAsync(request, default)).Candidates);
    }

    private KubernetesObject Kept(string name)
    {
        var item = Yaml.ConfigMap(_shop, name, "1");
        item.Json["metadata"]!["annotations"] = new JsonObject { [ApplySet.PruneAnnotation] = "disabled" };
        return item;
    }

    private ApplyRequest Request(params KubernetesObject[] objects) => new("set", _shop + "-own", _shop, objects);

    private Task<V1ConfigMap> ReadAsync(string name) => server.Node.Api.CoreV1.ReadNamespacedConfigMapAsync(name, _shop);

    // The API server records in whole seconds when a manager wrote a field. The delay is a lower bound, so that a slow machine changes nothing.
    private static Task NextSecondAsync() => Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System);

    private Task<ApplyResult> ApplyAsync(ApplyRequest request) => _applier.ApplyAsync(request, null, default);
}
