using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;
using k8s;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Fields;

/// <summary>Fields that belong to others get the bundle's value once, and nobody takes it away or sets it back.</summary>
[Collection(ApiServer.Collection)]
public sealed class IgnoredFieldsTests(ApiServer server)
{
    private static readonly IgnoreRule Replicas = new() { Kind = "Deployment.apps", Fields = ["/spec/replicas"] };
    private readonly string _shop = $"ignore{Guid.NewGuid():N}"[..14];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System, new KnownObjects());

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_NewObject_HasTheBundlesValueAndDoesNotOwnIt()
    {
        await ApplyAsync(Web(3));

        var live = await LiveAsync(Web(3));
        Assert.Equal(3, live.Number("spec", "replicas"));
        Assert.Null(Owned(live).At("f:spec", "f:replicas"));
        Assert.NotNull(Owned(live).At("f:spec", "f:template"));
        Assert.Null(OwnedFields.FindUpdate(live!, "edgesync"));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_AfterAnAutoscaler_ChangesTheRestAndKeepsItsValue(bool bySubresource)
    {
        await ApplyAsync(Web(3));
        await ScaleAsync(7, bySubresource);

        var result = await ApplyAsync(Web(3, image: "b:2"));

        var live = await LiveAsync(Web(3));
        Assert.Equal((7, "b:2"), (live.Number("spec", "replicas"), live!["spec"]!["template"]!["spec"]!["containers"]![0].Text("image")));
        Assert.Equal(ChangeAction.Configured, Of(result).Action);
        Assert.Empty(await _applier.InspectAsync(Request(Web(3, image: "b:2")), default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_OfWhatRuns_WritesNothingAfterAnAutoscaler()
    {
        await ApplyAsync(Web(3));
        await ScaleAsync(7, bySubresource: true);
        var version = (await LiveAsync(Web(3))).Text("metadata", "resourceVersion");

        var result = await ApplyAsync(Web(3));
        var restored = await _applier.RestoreAsync(Request(Web(3)), [Web(3).WithNamespace(_shop).Id], default);
        var plan = await PlanAsync(Web(3));

        Assert.Equal(ChangeAction.Unchanged, Of(result).Action);
        Assert.Equal((null, null, true), (restored.Objects[0].Change, restored.Objects[0].Deviation, restored.IsEnough));
        Assert.Equal((ChangeAction.Unchanged, 0), (plan.Action, plan.Fields.Count));
        Assert.Equal(version, (await LiveAsync(Web(3))).Text("metadata", "resourceVersion"));
        Assert.Empty(await _applier.InspectAsync(Request(Web(3)), default));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData(3)]
    [InlineData(null)]
    public async Task Apply_RuleThatIsNew_KeepsTheValueThatAnEarlierBundleOwned(int? replicas)
    {
        await ApplyAsync(Web(5, isIgnored: false));
        Assert.NotNull(Owned(await LiveAsync(Web(5))).At("f:spec", "f:replicas"));
        var plan = await PlanAsync(Web(replicas));

        await ApplyAsync(Web(replicas));
        await ApplyAsync(Web(replicas, image: "b:2"));

        var live = await LiveAsync(Web(5));
        Assert.Equal((ChangeAction.Unchanged, 5), (plan.Action, live.Number("spec", "replicas")));
        Assert.Null(Owned(live).At("f:spec", "f:replicas"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_RuleThatIsGone_BringsTheBundlesValueBack()
    {
        await ApplyAsync(Web(3));
        await ScaleAsync(7, bySubresource: false);

        Assert.NotEmpty(await _applier.InspectAsync(Request(Web(3, isIgnored: false)), default));
        var result = await ApplyAsync(Web(3, isIgnored: false));

        Assert.Equal(3, (await LiveAsync(Web(3))).Number("spec", "replicas"));
        Assert.Equal("autoscaler", Assert.Single(Of(result).Conflicts).Owner.Manager);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_AnotherApplier_DoesNotConflictWithUs()
    {
        await ApplyAsync(Web(3));
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "keda" });

        await other.ApplyAsync(Yaml.ReadOne("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 9}\n").WithNamespace(_shop), new ApplyMode(), default);
        await ApplyAsync(Web(3, image: "b:2"));

        Assert.Equal(9, (await LiveAsync(Web(3))).Number("spec", "replicas"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ObjectThatWasDeleted_HasTheBundlesValueAgain()
    {
        await ApplyAsync(Web(3));
        await ScaleAsync(7, bySubresource: true);
        var live = await LiveAsync(Web(3));
        await server.Client.DeleteAsync(Web(3).WithNamespace(_shop).Id, live.Text("metadata", "uid")!, Propagation.Background, default);

        await _applier.RestoreAsync(Request(Web(3)), [Web(3).WithNamespace(_shop).Id], default);

        live = await LiveAsync(Web(3));
        Assert.Equal(3, live.Number("spec", "replicas"));
        Assert.Null(Owned(live).At("f:spec", "f:replicas"));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("/webhooks/*/clientConfig/caBundle")]
    [InlineData("/webhooks/k:{\"name\":\"a.example.com\"}/clientConfig/caBundle")]
    public async Task Apply_InjectedAuthority_StaysAlsoWhereTheBundleHasOne(string field)
    {
        var hook = Yaml.ReadOne($$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata:
              name: {{_shop}}
              annotations: {edgesync.dev/ignore: '{{field}}'}
            webhooks:
            - name: a.example.com
              clientConfig: {url: "https://localhost/a", caBundle: "{{Authority("bundle")}}"}
              rules: [{apiGroups: [nothing.example.com], apiVersions: [v1], operations: [CREATE], resources: [nothing]}]
              sideEffects: None
              admissionReviewVersions: [v1]
              timeoutSeconds: 5
            """);
        await ApplyAsync(hook);
        using var injector = server.Connect(new KubernetesClientOptions { FieldManager = "injector" });
        await injector.PatchAsync(
            hook.Id,
            JsonNode.Parse($$"""[{"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": "{{Authority("injected")}}"}]""")!,
            dryRun: false,
            default);

        var plan = await PlanAsync(hook);
        await ApplyAsync(Yaml.ReadOne(hook.Json.ToJsonString().Replace("\"timeoutSeconds\":5", "\"timeoutSeconds\":7", StringComparison.Ordinal)));

        var live = (await server.Client.GetAsync(hook.Id, default))!["webhooks"]![0];
        Assert.Equal((ChangeAction.Unchanged, 7, Authority("injected")), (plan.Action, live.Number("timeoutSeconds"), live.Text("clientConfig", "caBundle")));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_KeysOfASecretAndAnAnnotation_AreLeftToTheirOwner()
    {
        var secret = Yaml.ReadOne("""
            apiVersion: v1
            kind: Secret
            metadata: {name: s, annotations: {example.com/turn: "0", edgesync.dev/ignore: "/data/password, /metadata/annotations/example.com~1turn"}}
            stringData: {password: first, user: a}
            """);
        await ApplyAsync(secret);
        using var rotator = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await rotator.PatchAsync(
            secret.WithNamespace(_shop).Id,
            JsonNode.Parse("""{"metadata": {"annotations": {"example.com/turn": "1"}}, "stringData": {"password": "second"}}""")!,
            dryRun: false,
            default);
        Assert.Empty(await _applier.InspectAsync(Request(secret), default));

        await ApplyAsync(Yaml.ReadOne(secret.Json.ToJsonString().Replace("\"user\":\"a\"", "\"user\":\"b\"", StringComparison.Ordinal)));

        var live = await LiveAsync(secret);
        Assert.Equal(
            ("c2Vjb25k", "Yg==", "1"),
            (live.Text("data", "password"), live.Text("data", "user"), live.Text("metadata", "annotations", "example.com/turn")));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ContainerThatSomebodyInjected_IsNoDeviation()
    {
        var web = Web(3).WithIgnore([new IgnoreRule { Kind = "Deployment", Fields = ["/spec/template/spec/containers/k:{\"name\":\"proxy\"}"] }]);
        await ApplyAsync(web);
        using var injector = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await injector.PatchAsync(
            web.WithNamespace(_shop).Id,
            JsonNode.Parse("""[{"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "proxy", "image": "p:1"}}]""")!,
            dryRun: false,
            default);

        var result = await ApplyAsync(web);

        Assert.Equal(ChangeAction.Unchanged, Of(result).Action);
        Assert.Empty(await _applier.InspectAsync(Request(web), default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_PartOfAFieldThatHasOneOwner_KeepsTheLiveValue()
    {
        // A newer server keeps one owner for the whole selector.
        var service = Yaml.ReadOne("""
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web, color: blue}, ports: [{port: 80}], sessionAffinity: None}
            """).WithIgnore([new IgnoreRule { Kind = "Service", Fields = ["/spec/selector/color"] }]);
        await ApplyAsync(service);
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "switcher" });
        await other.PatchAsync(service.WithNamespace(_shop).Id, JsonNode.Parse("""{"spec": {"selector": {"color": "green"}}}""")!, dryRun: false, default);

        await ApplyAsync(Yaml.ReadOne(service.Json.ToJsonString().Replace("\"port\":80", "\"port\":81", StringComparison.Ordinal)).WithIgnore(service.Ignore));

        var live = await LiveAsync(service);
        Assert.Equal(("green", "web", 81), (live.Text("spec", "selector", "color"), live.Text("spec", "selector", "app"), live!["spec"]!["ports"]![0].Number("port")));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_UnknownPolicyInAnAnnotation_IsRefused()
    {
        var wrong = Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {edgesync.dev/conflicts: ask}}\n");

        var result = await _applier.ApplyAsync(Request(wrong), null, default);

        Assert.Equal(
            $"ConfigMap {_shop}/a: the annotation edgesync.dev/conflicts is refused: 'ask' is no policy; write fail or take or leave", Assert.Single(result.Failures).Failure!.Message);
    }

    private static string Authority(string name) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"-----BEGIN CERTIFICATE-----\n{name}"));

    private static JsonNode? Owned(JsonObject? live) => OwnedFields.EntryOf(live!, "edgesync").At("fieldsV1");

    private static KubernetesObject Web(int? replicas, string image = "a:1", bool isIgnored = true) => Yaml.ReadOne($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          {{(replicas is null ? "paused: false" : $"replicas: {replicas}")}}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: {containers: [{name: web, image: "{{image}}" }] }
        """).WithIgnore(isIgnored ? [Replicas] : []);

    private ApplyRequest Request(params KubernetesObject[] items) => new("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), .. items]);

    private static ObjectChange Of(ApplyResult result) => result.Changes.Single(change => change.Id.Kind != "Namespace");

    private async Task<ApplyResult> ApplyAsync(params KubernetesObject[] items)
    {
        var result = await _applier.ApplyAsync(Request(items), null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Failures));
        return result;
    }

    private async Task<PlannedChange> PlanAsync(KubernetesObject item) =>
        (await new ClusterPlanner(server.Client, TimeProvider.System, _ => []).PlanAsync(Request(item), default)).Changes.Single(change => change.Id.Kind == item.Kind);

    private Task<JsonObject?> LiveAsync(KubernetesObject item) => server.Client.GetAsync(item.WithNamespace(_shop).Id, default);

    private async Task ScaleAsync(int replicas, bool bySubresource)
    {
        if (bySubresource)
        {
            var scale = await server.Node.Api.AppsV1.ReadNamespacedDeploymentScaleAsync("web", _shop);
            scale.Spec.Replicas = replicas;
            await server.Node.Api.AppsV1.ReplaceNamespacedDeploymentScaleAsync(scale, "web", _shop);
            return;
        }

        using var autoscaler = server.Connect(new KubernetesClientOptions { FieldManager = "autoscaler" });
        await autoscaler.PatchAsync(Web(1).WithNamespace(_shop).Id, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }, dryRun: false, default);
    }
}
