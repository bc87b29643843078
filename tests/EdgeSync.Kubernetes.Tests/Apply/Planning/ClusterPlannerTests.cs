using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Tests.Api;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Apply.Planning;

[Collection(ApiServer.Collection)]
public sealed class ClusterPlannerTests(ApiServer server)
{
    private readonly string _shop = $"plan-{Guid.NewGuid():N}"[..20];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_EmptyCluster_CreatesAllAndWritesNothing()
    {
        var request = Request(Yaml.ConfigMap(_shop, "a", "1"), Yaml.Namespace(_shop));

        var plan = await PlanAsync(request);

        Assert.Equal([$"Namespace {_shop}: Created", $"ConfigMap {_shop}/a: Created"], Lines(plan));
        Assert.Null(await server.Client.GetAsync(Yaml.Namespace(_shop).Id, default));
        Assert.Null(await server.Client.GetAsync(new("v1", "ConfigMap", request.ParentNamespace, request.ApplySetName), default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_ChangedRemovedAndKeptObjects_AreWhatApplyAndPruneDo()
    {
        var kept = Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kept, namespace: {_shop}, annotations: {{edgesync.dev/prune: disabled}}}}\n");
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1"), Yaml.ConfigMap(_shop, "same", "1"), Yaml.ConfigMap(_shop, "gone", "1"), kept));

        var plan = await PlanAsync(Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "2"), Yaml.ConfigMap(_shop, "same", "1"), Yaml.ConfigMap(_shop, "new", "1")));

        Assert.Equal(
            [
                $"Namespace {_shop}: Unchanged", $"ConfigMap {_shop}/a: Configured", $"ConfigMap {_shop}/new: Created", $"ConfigMap {_shop}/same: Unchanged",
                $"ConfigMap {_shop}/gone: Deleted",
            ],
            Lines(plan));
        var field = Assert.Single(plan.Changes[1].Fields);
        Assert.Equal(("/data/say", "1", "2", FieldEdit.Changed), (field.Path, (string?)field.Live, (string?)field.Desired, field.Edit));
        Assert.Equal("kept", Assert.Single(plan.Prune.Kept).Name);
        Assert.NotEmpty(new PrunePolicy { MaxShare = 0.01 }.Objections(plan.Prune));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_SeveralBadObjects_SaysAllOfThemAtOnce()
    {
        var group = $"{_shop}.example.com";
        var plan = await PlanAsync(Request(
            Yaml.Namespace(_shop),
            Yaml.ReadOne($"apiVersion: v1\nkind: Service\nmetadata: {{name: new-namespace, namespace: {_shop}}}\nspec: {{ports: [{{port: 99999}}]}}\n"),
            Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad_name, namespace: default}\n"),
            Yaml.ReadOne("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}\n"),
            Yaml.ReadOne("apiVersion: nothing.example.com/v1\nkind: Unknown\nmetadata: {name: a}\n"),
            Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group)),
            Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: good, namespace: {_shop}}}\nspec: {{size: 3}}\n"),
            Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: bad, namespace: {_shop}}}\nspec: {{size: large}}\n")));

        Assert.Equal(
            ["Unknown a: KindUnknown", $"ConfigMap default/bad_name: ObjectInvalid", "ConfigMap nowhere/a: NamespaceMissing", $"Lamp {_shop}/bad: ObjectInvalid", $"Service {_shop}/new-namespace: ObjectInvalid"],
            plan.Changes.Where(change => change.Action == ChangeAction.Failed).Select(change => $"{change.Id}: {change.Failure!.Reason}")
                .OrderBy(line => !line.StartsWith("Unknown", StringComparison.Ordinal)).ThenBy(line => line, StringComparer.Ordinal));
        var service = plan.Changes.Single(change => change.Id.Name == "new-namespace");
        Assert.StartsWith($"Service {_shop}/new-namespace: Service \"new-namespace\" is invalid: ", service.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal($"Lamp {_shop}/bad: wrong size", plan.Changes.Single(change => change.Id.Name == "bad").Failure!.Message);
        Assert.Equal(ChangeAction.Created, plan.Changes.Single(change => change.Id.Name == "good").Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_ResourceOfAChangedDefinition_IsComparedByTheNewOne()
    {
        var group = $"{_shop}.example.com";
        KubernetesObject Lamp(string spec) => Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a, namespace: {_shop}}}\nspec: {spec}\n");
        await ApplyAsync(Request(Yaml.Namespace(_shop), Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group)), Lamp("{size: 3}")));

        var plan = await PlanAsync(Request(Yaml.Namespace(_shop), Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group, "watts")), Lamp("{watts: 3}")));

        Assert.Equal([ChangeAction.Unchanged, ChangeAction.Configured, ChangeAction.Configured], plan.Changes.Select(change => change.Action));
        Assert.Contains(plan.Changes[2].Fields, field => field is { Path: "/spec/watts", Edit: FieldEdit.Added });
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_FieldThatCannotChange_RecreatesOnlyWhereTheManifestAllowsIt()
    {
        KubernetesObject Job(string name, string image, string annotations) => Yaml.ReadOne(
            $"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}, namespace: {_shop}, annotations: {annotations}}}\n"
            + $"spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: {image}}}]}}}}}}\n");
        const string Allowed = "{edgesync.dev/recreate: allowed}";
        await ApplyAsync(Request(Yaml.Namespace(_shop), Job("again", "one", Allowed), Job("fixed", "one", "{}")));

        var plan = await PlanAsync(Request(Yaml.Namespace(_shop), Job("again", "two", Allowed), Job("fixed", "two", "{}")));

        Assert.Equal([$"Namespace {_shop}: Unchanged", $"Job {_shop}/again: Recreated", $"Job {_shop}/fixed: Failed"], Lines(plan));
        Assert.Equal("spec.template cannot be changed", plan.Changes[1].Note);
        Assert.Equal("/spec/template/spec/containers/0/image", Assert.Single(plan.Changes[1].Fields).Path);
        Assert.Equal(ApiReasons.ObjectImmutable, plan.Changes[2].Failure!.Reason);
        Assert.Contains("edgesync.dev/recreate", plan.Changes[2].Failure!.Hint, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_SecretThatTheServerQuotes_HasNoValueOfIt()
    {
        var plan = await PlanAsync(Request(Yaml.ReadOne("apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\ndata: {password: 123456789}\n")));

        var change = Assert.Single(plan.Changes);
        Assert.Equal(ChangeAction.Failed, change.Action);
        Assert.DoesNotContain("123456789", change.Failure!.Message, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Compare_EditedMissingAndStrayThings_NamesThemAndWhoChangedThem()
    {
        var all = Request(Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "a", "1"), Yaml.ConfigMap(_shop, "gone", "1"), Yaml.ConfigMap(_shop, "stray", "1"));
        await ApplyAsync(all);
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await other.PatchAsync(Yaml.ConfigMap(_shop, "a", "").Id, System.Text.Json.Nodes.JsonNode.Parse("""{"data":{"say":"2","more":"3"}}""")!, dryRun: false, default);
        var gone = await server.Client.GetAsync(Yaml.ConfigMap(_shop, "gone", "").Id, default);
        await server.Client.DeleteAsync(Yaml.ConfigMap(_shop, "gone", "").Id, (string)gone!["metadata"]!["uid"]!, Propagation.Background, default);

        var plan = await Planner().CompareAsync(Request([.. all.Objects.Take(3)]), default);

        Assert.Equal([$"Namespace {_shop}: Unchanged", $"ConfigMap {_shop}/a: Configured", $"ConfigMap {_shop}/gone: Created", $"ConfigMap {_shop}/stray: Deleted"], Lines(plan));
        Assert.Equal(
            [("/data/say", "2", "1", "kubectl-edit"), ("/data/more", "3", null, "kubectl-edit")],
            plan.Changes[1].Fields.Select(field => (field.Path, (string?)field.Live, (string?)field.Desired, field.Owner?.Manager)));
        Assert.InRange(plan.Changes[1].Fields[0].Owner!.At!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    private static IEnumerable<string> Lines(ClusterPlan plan) => plan.Changes.Select(change => $"{change.Id}: {change.Action}");

    private ClusterPlanner Planner() => new(server.Client, TimeProvider.System, item => item.Kind == "Lamp" && item.Name == "bad" ? ["wrong size"] : []);

    private Task<ClusterPlan> PlanAsync(ApplyRequest request) => Planner().PlanAsync(request, default);

    private async Task ApplyAsync(ApplyRequest request) => Assert.True((await _applier.ApplyAsync(request, progress: null, default)).IsComplete);

    private ApplyRequest Request(params KubernetesObject[] objects) => new($"set-{_shop}", "edgesync-plans", _shop, objects);
}
