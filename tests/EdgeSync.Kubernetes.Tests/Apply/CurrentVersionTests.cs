using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Custom resources that an API server of the current version of Kubernetes serves: its server-side apply, its strict validation, and rules in CEL.</summary>
[Collection(ApiServer.Collection)]
public sealed class CurrentVersionTests(ApiServer server)
{
    private const string Definition = """
        {"metadata":{"name":"tills.GROUP"},"spec":{"group":"GROUP","scope":"Namespaced","names":{"plural":"tills","kind":"Till"},"versions":[{"name":"v1","served":true,
        "storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","properties":{
        "spec":{"type":"object","properties":{"drawers":{"type":"integer"},"currency":{"type":"string","default":"EUR"},
          "printers":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["id"],
            "items":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"paper":{"type":"string"}}}}},
          "x-kubernetes-validations":[{"rule":"!has(self.drawers) || self.drawers < 10","message":"a till has fewer than ten drawers"}]},
        "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
        """;

    private readonly string _shop = $"v{Guid.NewGuid():N}"[..12];
    private readonly string _group = $"g{Guid.NewGuid():N}.example.com";
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.LongLimit)]
    public async Task Objects_of_a_current_API_server_are_applied_kept_repaired_and_pruned()
    {
        await DefineAsync();
        var front = Till("front", "{drawers: 2, printers: [{id: a, paper: '58'}, {id: b}]}");
        var back = Till("back", "{drawers: 1}");
        Assert.Equal([ChangeAction.Created, ChangeAction.Created], await ActionsAsync(front, back));

        // Nothing changed: no write. A fresh process too.
        var version = (await LiveAsync(front)).Text("metadata", "resourceVersion");
        Assert.Equal([ChangeAction.Unchanged, ChangeAction.Unchanged], await ActionsAsync(front, back));
        Assert.Empty(await _applier.InspectAsync(Request(front, back), default));
        Assert.True((await new ClusterApplier(server.Client, TimeProvider.System).ApplyAsync(Request(front, back), null, default)).IsComplete);
        Assert.Equal(version, (await LiveAsync(front)).Text("metadata", "resourceVersion"));

        // A key that goes is taken out of a keyed list; the default stays.
        var fewer = Till("front", "{drawers: 2, printers: [{id: b}]}");
        Assert.Equal([ChangeAction.Configured, ChangeAction.Unchanged], await ActionsAsync(fewer, back));
        Assert.Equal("""{"currency":"EUR","drawers":2,"printers":[{"id":"b"}]}""", (await LiveAsync(fewer)).At("spec")!.ToJsonString());

        // A person's edit is found, named, and taken back.
        await server.Node.ReplaceAsync(PathOf(fewer), Edited(await LiveAsync(fewer)).ToJsonString());
        Assert.Contains(await _applier.InspectAsync(Request(fewer, back), default), line => line.Contains("front", StringComparison.Ordinal));
        Assert.Equal([ChangeAction.Configured, ChangeAction.Unchanged], await ActionsAsync(fewer, back));
        Assert.Equal(2, (await LiveAsync(fewer)).Number("spec", "drawers"));

        // Status is its controller's.
        var status = await LiveAsync(fewer);
        status["status"] = new JsonObject { ["phase"] = "Open" };
        await server.Node.ReplaceAsync($"{PathOf(fewer)}/status", status.ToJsonString());
        Assert.Empty(await _applier.InspectAsync(Request(fewer, back), default));

        var plan = await _applier.PlanPruneAsync(Request(fewer), default);
        Assert.Equal([back.Name], plan.Candidates.Select(candidate => candidate.Id.Name));
        Assert.Empty((await _applier.PruneAsync(plan, null, default)).Failures);
        Assert.Null(await server.Client.GetAsync(back.WithNamespace(_shop).Id, default));
    }

    [PeerFact(Timeout = ApiServer.LongLimit)]
    public async Task Objects_that_a_current_API_server_refuses_are_refused_all_at_once_before_a_write()
    {
        await DefineAsync();
        var good = Till("good", "{drawers: 2}");
        var unknown = Till("unknown", "{drawer: 2}");
        var rule = Till("rule", "{drawers: 12}");
        var type = Till("type", "{drawers: many}");

        var result = await _applier.ApplyAsync(Request(good, unknown, rule, type), null, default);

        Assert.Equal(["rule", "type", "unknown"], result.Failures.Select(change => change.Id.Name).Order(StringComparer.Ordinal));
        Assert.All(result.Failures, change => Assert.Equal(ApiReasons.ObjectInvalid, change.Failure!.Reason));
        Assert.Contains("a till has fewer than ten drawers", MessageOf(result, "rule"), StringComparison.Ordinal);
        Assert.Contains("drawer", MessageOf(result, "unknown"), StringComparison.Ordinal);
        Assert.Null(await server.Client.GetAsync(good.WithNamespace(_shop).Id, default));

        var plan = await new ClusterPlanner(server.Client, TimeProvider.System, _ => []).PlanAsync(Request(good, unknown, rule, type), default);
        Assert.Equal(3, plan.Changes.Count(change => change.Action == ChangeAction.Failed));
    }

    [PeerFact(Timeout = ApiServer.LongLimit)]
    public async Task A_change_by_somebody_else_is_noticed_by_the_watch_with_its_author()
    {
        await DefineAsync();
        var till = Till("front", "{drawers: 2}");
        await ActionsAsync(till);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var watching = new TaskCompletionSource();
        var watcher = new DriftWatcher(server.Client, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)), NullLogger<DriftWatcher>.Instance);
        var running = watcher.RunAsync(_shop, "default", new Dictionary<ObjectId, FieldRules> { [till.WithNamespace(_shop).Id] = FieldRules.None }, _ => watching.TrySetResult(), stop.Token);
        await watching.Task.WaitAsync(stop.Token);

        await server.Node.ReplaceAsync(PathOf(till), Edited(await LiveAsync(till)).ToJsonString());

        var notice = await watcher.Notices.ReadAsync(stop.Token);
        Assert.Equal((DriftKind.Changed, "front"), (notice.Kind, notice.Id.Name));
        Assert.NotEqual("edgesync", notice.Manager);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static JsonObject Edited(JsonObject live)
    {
        live["spec"]!["drawers"] = 7;
        live["metadata"]!.AsObject().Remove("managedFields");
        return live;
    }

    private static string MessageOf(ApplyResult result, string name) => result.Failures.Single(change => change.Id.Name == name).Failure!.Message;

    private async Task DefineAsync()
    {
        var extensions = await server.ExtensionsAsync();
        await extensions.DefineAsync(Definition.Replace("GROUP", _group, StringComparison.Ordinal), _group, "v1");
        server.Client.RefreshDiscovery();
    }

    private async Task<IReadOnlyList<ChangeAction>> ActionsAsync(params KubernetesObject[] tills)
    {
        var result = await _applier.ApplyAsync(Request(tills), null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        return [.. tills.Select(till => result.Changes.Single(change => change.Id.Kind == "Till" && change.Id.Name == till.Name).Action)];
    }

    private ApplyRequest Request(params KubernetesObject[] tills) => new(_shop, "default", _shop, [Yaml.Namespace(_shop), .. tills])
    {
        // The definition is not in the bundle: only the API server knows.
        IsValid = till => till.Kind != "Till",
    };

    private KubernetesObject Till(string name, string spec) => Yaml.ReadOne($"apiVersion: {_group}/v1\nkind: Till\nmetadata: {{name: {name}}}\nspec: {spec}\n");

    private string PathOf(KubernetesObject till) => $"/apis/{_group}/v1/namespaces/{_shop}/tills/{till.Name}";

    private async Task<JsonObject> LiveAsync(KubernetesObject till) => JsonNode.Parse(await server.Node.GetAsync(PathOf(till)))!.AsObject();
}
