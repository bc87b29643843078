using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Fields;

/// <summary>What becomes of fields that a bundle states and another manager owns.</summary>
[Collection(ApiServer.Collection)]
public sealed class ConflictPolicyTests : IDisposable
{
    private readonly ApiServer _server;
    private readonly string _shop = $"conflict{Guid.NewGuid():N}"[..16];
    private readonly KnownObjects _known = new();
    private readonly ClusterApplier _applier;
    private readonly KubernetesClient _other;

    public ConflictPolicyTests(ApiServer server)
    {
        _server = server;
        _applier = new ClusterApplier(server.Client, TimeProvider.System, _known);
        _other = server.Connect(new KubernetesClientOptions { FieldManager = "other" });
    }

    public void Dispose() => _other.Dispose();

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Fail_SeveralObjectsConflict_NamesAllAndWritesNothing()
    {
        await TheirsAsync("a", "b");

        var result = await _applier.ApplyAsync(Request(ConflictPolicy.Fail, Ours("a"), Ours("b"), Ours("c")), null, default);

        Assert.Equal(
            [$"ConfigMap {_shop}/a: 'other' has /data/say", $"ConfigMap {_shop}/b: 'other' has /data/say"],
            result.Failures.Select(failure => failure.Failure!.Message).Order(StringComparer.Ordinal));
        Assert.All(result.Failures, failure => Assert.Equal(ApiReasons.FieldConflict, failure.Failure!.Reason));
        Assert.Equal("theirs", (await LiveAsync("a")).Text("data", "say"));
        Assert.Null(await LiveAsync("c"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Fail_OfWhatRunsAlready_RestoresItsFields()
    {
        await ApplyAsync(Request(ConflictPolicy.Fail, Ours("a")));
        await TheirsAsync("a");
        var live = Request(ConflictPolicy.Fail, Ours("a")) with { Options = new ApplyOptions { Conflicts = ConflictPolicy.Fail, RefusesConflicts = false } };

        var result = await ApplyAsync(live);

        Assert.Equal("ours", (await LiveAsync("a")).Text("data", "say"));
        Assert.Equal(("/data/say", "other"), (Of(result).Conflicts[0].Field, Of(result).Conflicts[0].Owner.Manager));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Take_AnotherOwnsAField_TakesItAndSaysFromWhom()
    {
        await TheirsAsync("a");
        var plan = await PlanAsync(Request(ConflictPolicy.Take, Ours("a")));

        var result = await ApplyAsync(Request(ConflictPolicy.Take, Ours("a")));

        Assert.Equal(("/data/say", "other", "Apply"), (Of(result).Conflicts.Single().Field, Of(result).Conflicts.Single().Owner.Manager, Of(result).Conflicts.Single().Owner.Operation));
        Assert.Equal((ConflictPolicy.Take, ChangeAction.Configured), (plan.Policy, plan.Action));
        Assert.Equal(Of(result).Conflicts, plan.Conflicts);
        Assert.Equal("ours", (await LiveAsync("a")).Text("data", "say"));
        Assert.Empty(Of(await ApplyAsync(Request(ConflictPolicy.Take, Ours("a")))).Conflicts);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Leave_AnotherOwnsAField_AppliesTheRest()
    {
        await TheirsAsync("a");
        var request = Request(ConflictPolicy.Leave, Ours("a"));
        var plan = await PlanAsync(request);

        var result = await ApplyAsync(request);

        var live = await LiveAsync("a");
        Assert.Equal(("theirs", "yes"), (live.Text("data", "say"), live.Text("data", "more")));
        Assert.Equal(("/data/say", ConflictPolicy.Leave), (Of(result).Conflicts.Single().Field, Of(result).Policy));
        Assert.Equal(["/data/more", "/metadata/labels/applyset.kubernetes.io~1part-of"], plan.Fields.Select(field => field.Path).Order(StringComparer.Ordinal));
        Assert.Equal("/data/say", Assert.Single(plan.Conflicts).Field);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Leave_WhatIsLeft_IsNoDriftAndCostsNothingTheNextTime()
    {
        await TheirsAsync("a");
        var request = Request(ConflictPolicy.Leave, Ours("a"));
        await ApplyAsync(request);

        Assert.Empty(await _applier.InspectAsync(request, default));
        Assert.Equal(ChangeAction.Unchanged, Of(await ApplyAsync(request)).Action);
        var version = (await LiveAsync("a")).Text("metadata", "resourceVersion");
        Assert.Empty(await _applier.InspectAsync(request, default));
        var restored = await _applier.RestoreAsync(request, [Ours("a").Id], default);
        Assert.Equal((null, null), (restored.Objects[0].Change, restored.Objects[0].Deviation));
        Assert.Equal(version, (await LiveAsync("a")).Text("metadata", "resourceVersion"));

        var before = _server.Client.RequestCount;
        await ApplyAsync(request);

        // The inventory, and a list for each of the two kinds.
        Assert.InRange(_server.Client.RequestCount - before, 0, 3);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Leave_APersonEditsWhatWeApplied_ItIsTheirsFromThenOn()
    {
        var request = Request(ConflictPolicy.Leave, Ours("a"));
        await ApplyAsync(request);
        using var person = _server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await person.PatchAsync(Ours("a").Id, JsonNode.Parse("""{"data": {"say": "edited"}}""")!, dryRun: false, default);

        var restored = await _applier.RestoreAsync(request, [Ours("a").Id], default);

        Assert.Equal((null, null, true), (restored.Objects[0].Change, restored.Objects[0].Deviation, restored.IsEnough));
        Assert.Equal("edited", (await LiveAsync("a")).Text("data", "say"));
        Assert.Empty(await _applier.InspectAsync(request, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Leave_TheOtherManagerIsGone_TheBundlesValueComes()
    {
        await TheirsAsync("a");
        var request = Request(ConflictPolicy.Leave, Ours("a"));
        await ApplyAsync(request);
        var gone = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}}}\n");
        await _other.ApplyAsync(gone, new ApplyMode(), default);

        await ApplyAsync(request);

        Assert.Equal("ours", (await LiveAsync("a")).Text("data", "say"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Leave_ImageOfAContainer_StaysAndTheContainerIsApplied()
    {
        var web = Yaml.ReadOne($$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: {{_shop}} }
            spec:
              selector: { matchLabels: { app: web } }
              template: {metadata: { labels: { app: web } }, spec: {containers: [{name: web, image: "a:1"}] } }
            """);
        await ApplyAsync(Request(ConflictPolicy.Leave, web));
        await _other.PatchAsync(
            web.Id, JsonNode.Parse("""[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "a:2"}]""")!, dryRun: false, default);
        var next = Yaml.ReadOne(web.Json.ToJsonString().Replace("\"image\":\"a:1\"", "\"image\":\"a:3\",\"tty\":true", StringComparison.Ordinal));

        var result = await ApplyAsync(Request(ConflictPolicy.Leave, next));

        var container = (await _server.Client.GetAsync(web.Id, default))!["spec"]!["template"]!["spec"]!["containers"]![0];
        Assert.Equal(("a:2", true), (container.Text("image"), container.IsTrue("tty")));
        Assert.Equal("/spec/template/spec/containers/k:{\"name\":\"web\"}/image", Of(result).Conflicts.Single().Field);
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("take", ConflictPolicy.Fail, "ours")]
    [InlineData("leave", ConflictPolicy.Fail, "theirs")]
    [InlineData("leave", ConflictPolicy.Take, "theirs")]
    public async Task Annotation_OnAnObject_CountsMoreThanTheChannel(string annotation, ConflictPolicy channel, string expected)
    {
        await TheirsAsync("a");
        var item = Yaml.ReadOne(
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}, annotations: {{edgesync.dev/conflicts: {annotation}}}}}\ndata: {{say: ours}}\n");

        await ApplyAsync(Request(channel, item));

        Assert.Equal(expected, (await LiveAsync("a")).Text("data", "say"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Annotation_Fail_RefusesTheBundle()
    {
        await TheirsAsync("a");
        var item = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}, annotations: {{edgesync.dev/conflicts: fail}}}}\ndata: {{say: ours}}\n");
        var request = Request(ConflictPolicy.Take, item, Ours("c"));
        var plan = await PlanAsync(request);

        var result = await _applier.ApplyAsync(request, null, default);

        Assert.Equal((ChangeAction.Failed, ApiReasons.FieldConflict, "/data/say"), (plan.Action, plan.Failure?.Reason, Assert.Single(plan.Conflicts).Field));
        Assert.Equal("a", Assert.Single(result.Failures).Id.Name);
        Assert.Null(await LiveAsync("c"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task SameValue_ByAnotherManager_IsNoConflict()
    {
        await _other.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode { Force = true }, default);
        await _other.ApplyAsync(Yaml.ConfigMap(_shop, "a", "ours"), new ApplyMode(), default);

        var result = await ApplyAsync(Request(ConflictPolicy.Fail, Ours("a")));

        Assert.Empty(Of(result).Conflicts);
    }

    private KubernetesObject Ours(string name) =>
        Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {_shop}}}\ndata: {{say: ours, more: \"yes\"}}\n");

    private ApplyRequest Request(ConflictPolicy policy, params KubernetesObject[] items) =>
        new("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), .. items]) { Options = new ApplyOptions { Conflicts = policy } };

    private static ObjectChange Of(ApplyResult result) => result.Changes.First(change => change.Id.Kind != "Namespace");

    private async Task TheirsAsync(params string[] names)
    {
        await _other.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode(), default);
        foreach (var name in names)
        {
            await _other.ApplyAsync(Yaml.ConfigMap(_shop, name, "theirs"), new ApplyMode { Force = true }, default);
        }
    }

    private async Task<ApplyResult> ApplyAsync(ApplyRequest request)
    {
        var result = await _applier.ApplyAsync(request, null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Failures));
        return result;
    }

    private async Task<PlannedChange> PlanAsync(ApplyRequest request) =>
        (await new ClusterPlanner(_server.Client, TimeProvider.System, _ => []).PlanAsync(request, default)).Changes.First(change => change.Id.Name == "a");

    private Task<JsonObject?> LiveAsync(string name) => _server.Client.GetAsync(Ours(name).Id, default);
}
