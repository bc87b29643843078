using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>What a merge leaves: keys that nobody owns, and defaults that no longer fit.</summary>
[Collection(ApiServer.Collection)]
public sealed class LeftOverTests(ApiServer server)
{
    private const string Pod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {STRATEGY selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {SPEC containers: [{name: a, image: a, CONTAINER}]}}}\n";
    private readonly string _shop = $"f{Guid.NewGuid():N}"[..12];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("CONTAINER", "livenessProbe: {httpGet: {port: 80}}", "livenessProbe: {exec: {command: [a]}}")]
    [InlineData("CONTAINER", "lifecycle: {preStop: {httpGet: {port: 80}}}", "lifecycle: {preStop: {exec: {command: [a]}}}")]
    [InlineData("CONTAINER", "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]", "env: [{name: A, value: b}]")]
    [InlineData("SPEC", "volumes: [{name: v, configMap: {name: c}}],", "volumes: [{name: v, secret: {secretName: c}}],")]
    [InlineData("SPEC", "volumes: [{name: v, emptyDir: {}}],", "volumes: [{name: v, hostPath: {path: /v}}],")]
    [InlineData("SPEC", "serviceAccountName: runner,", "")]
    [InlineData("STRATEGY", "", "strategy: {type: Recreate},")]
    [InlineData("STRATEGY", "strategy: {type: Recreate},", "")]
    public async Task Apply_AlternativeThatReplacesAnother_IsTaken(string place, string before, string after)
    {
        await ApplyAsync(Deployment(place, before));

        var changed = await ApplyAsync(Deployment(place, after));
        var again = await ApplyAsync(Deployment(place, after));

        Assert.Equal(ChangeAction.Configured, changed.Changes[^1].Action);
        Assert.Equal(ChangeAction.Unchanged, again.Changes[^1].Action);
        Assert.Empty(await _applier.InspectAsync(Request(Deployment(place, after)), default));
        Assert.All(
            (await LiveAsync(Deployment(place, after))).Objects("metadata", "managedFields"), entry => Assert.Equal("Apply", entry.Text("operation")));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_PolicyWithoutItsEgressRules_DoesNotStopAllEgress()
    {
        var policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{}], egress: [{}]}\n";
        await ApplyAsync(Yaml.ReadOne(policy));

        var without = Yaml.ReadOne(policy.Replace(", egress: [{}]", "", StringComparison.Ordinal));
        await ApplyAsync(without);

        Assert.Equal("[\"Ingress\"]", (await LiveAsync(without)).At("spec", "policyTypes")!.ToJsonString());
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_KeyTakenOutOfStringData_IsGone()
    {
        await ApplyAsync(Secret("user: admin, token: old"));

        await ApplyAsync(Secret("user: admin"));

        Assert.Equal("{\"user\":\"YWRtaW4=\"}", (await LiveAsync(Secret("user: admin")))["data"]!.ToJsonString());
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("user: admin", "user: admin", ChangeAction.Unchanged)]
    [InlineData("user: admin, token: old", "user: admin", ChangeAction.Configured)]
    public async Task Apply_SecretOfAnOlderAgent_IsOneCleanWrite(string first, string second, ChangeAction expected)
    {
        // An agent up to 0.1 sent stringData as it is written in the bundle.
        await ApplyAsync(Yaml.ConfigMap(_shop, "other", "1"));
        await server.Client.ApplyAsync(Labelled(Secret(first)), new ApplyMode { Force = true }, default);
        await server.Client.ApplyAsync(Labelled(Secret(second)), new ApplyMode { Force = true }, default);

        var upgraded = await ApplyAsync(Secret(second));
        var live = await LiveAsync(Secret(second));
        var again = await ApplyAsync(Secret(second));

        Assert.Equal(expected, upgraded.Changes[^1].Action);
        Assert.Equal(ChangeAction.Unchanged, again.Changes[^1].Action);
        Assert.Equal(live.Text("metadata", "resourceVersion"), (await LiveAsync(Secret(second))).Text("metadata", "resourceVersion"));
        Assert.Equal(["user"], live["data"]!.AsObject().Select(member => member.Key));
        Assert.Empty(await _applier.InspectAsync(Request(Secret(second)), default));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("kubectl-patch", "{\"data\": {\"extra\": \"1\"}}", 1)]
    [InlineData("controller", "{\"data\": {\"extra\": \"1\"}}", 0)]
    [InlineData("kubectl-annotate", "{\"metadata\": {\"annotations\": {\"note\": \"1\"}}}", 0)]
    [InlineData("controller", "{\"data\": {\"say\": \"2\"}}", 1)]
    public async Task Inspect_FieldThatSomebodyAdds_CountsWhereAPersonDid(string manager, string patch, int expected)
    {
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = manager });
        var item = Yaml.ConfigMap(_shop, "a", "1");
        await ApplyAsync(item);

        await other.PatchAsync(item.Id, JsonNode.Parse(patch)!, dryRun: false, default);

        Assert.Equal(expected, (await _applier.InspectAsync(Request(item), default)).Count);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_ReplicasOfAnAutoscalerAndARestart_AreNoDifference()
    {
        using var person = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-rollout" });
        var item = Deployment("SPEC", "").WithNamespace(_shop);
        await ApplyAsync(item);

        await person.PatchAsync(
            item.Id,
            JsonNode.Parse("{\"spec\": {\"replicas\": 5, \"template\": {\"metadata\": {\"annotations\": {\"kubectl.kubernetes.io/restartedAt\": \"x\"}}}}}")!,
            dryRun: false,
            default);

        Assert.Empty(await _applier.InspectAsync(Request(item), default));
    }

    private static KubernetesObject Deployment(string place, string text) => Yaml.ReadOne(
        new[] { "STRATEGY", "SPEC", "CONTAINER" }.Aggregate(Pod, (yaml, mark) => yaml.Replace(mark, mark == place ? text : "", StringComparison.Ordinal)).Replace(", }", "}", StringComparison.Ordinal));

    private static KubernetesObject Secret(string texts) => Yaml.ReadOne($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{{texts}}}\n");

    private KubernetesObject Labelled(KubernetesObject item)
    {
        var copy = item.WithNamespace(_shop);
        copy.Json["metadata"]!["labels"] = new JsonObject { [ApplySet.PartOfLabel] = ApplySet.IdOf("set", _shop + "-own") };
        return copy;
    }

    private ApplyRequest Request(KubernetesObject item) => new("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), item]);

    private async Task<JsonObject> LiveAsync(KubernetesObject item) => (await server.Client.GetAsync(item.WithNamespace(_shop).Id, default))!;

    private async Task<ApplyResult> ApplyAsync(KubernetesObject item)
    {
        var result = await _applier.ApplyAsync(Request(item), null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Failures));
        return result;
    }
}
