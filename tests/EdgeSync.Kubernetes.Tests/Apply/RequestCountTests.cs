using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>How many requests an apply costs, and that none is saved where something has changed.</summary>
[Collection(ApiServer.Collection)]
public sealed class RequestCountTests(ApiServer server)
{
    private const int Count = 40;

    // Discovery of the kinds, the inventory and its namespace, a list and a trial for each kind.
    private const int Overhead = 16;
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];
    private KnownObjects _known = new();

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_ForTheFirstTime_SendsOneRequestForEachObject(bool hasNamespace)
    {
        if (hasNamespace)
        {
            await server.Client.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode { Force = true }, default);
        }

        var (result, requests) = await ApplyAsync(Objects());

        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        Assert.InRange(requests, Count, Count + Overhead);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_NothingChanged_ListsEachKindOnce()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());

        // Another process, which knows what the first one has stored.
        _known = new KnownObjects(_known.Entries);
        using var client = server.Connect();
        var objects = Objects();
        var session = new ClusterApplier(client, TimeProvider.System, _known).Begin(Request(objects));
        var result = await session.ApplyAsync(objects, null, default);
        var (deviations, plan) = await session.InspectAsync(default);

        Assert.All(result.Changes, change => Assert.Equal(ChangeAction.Unchanged, change.Action));
        Assert.Empty(deviations);
        Assert.Empty(plan.Candidates);

        // ConfigMaps, Secrets, Roles, Namespaces: discovery of two groups, the inventory, four lists.
        Assert.Equal(2 + 1 + 4, client.RequestCount);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_ObjectsThatOnlyHaveToExist_AreHealthyByTheAnswer()
    {
        var objects = Objects();
        var session = new ClusterApplier(server.Client, TimeProvider.System, _known).Begin(Request(objects));
        await session.ApplyAsync(objects, null, default);
        Assert.Equal(objects.Where(item => item.Kind != "Namespace").Select(item => item.Id.Key).Order(), session.Healthy.Order());
        await session.InspectAsync(default);

        // Nothing is written this time, and an object that somebody has deleted is still there for a moment.
        await server.Client.PatchAsync(
            Yaml.ConfigMap(_shop, "map-3", "1").Id, new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("example.com/keep") } }, dryRun: false, default);
        await DeleteAsync(Yaml.ConfigMap(_shop, "map-3", "1"));
        var again = new ClusterApplier(server.Client, TimeProvider.System, _known).Begin(Request(objects));
        await again.ApplyAsync(objects, null, default);
        Assert.Equal(["map-3"], session.Healthy.Except(again.Healthy).Select(key => key.Split('/')[^1]));
        await server.Client.PatchAsync(
            Yaml.ConfigMap(_shop, "map-3", "1").Id, new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }, dryRun: false, default);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SomebodyEditedOne_RepairsItAndAsksForNoOther()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "map-3", "edited"), new ApplyMode { Force = true }, default);

        var (result, requests) = await ApplyAsync(Objects());

        Assert.Equal("map-3", Assert.Single(result.Changes, change => change.Action == ChangeAction.Configured).Id.Name);
        Assert.InRange(requests, 1, Overhead);
        Assert.Empty(await InspectAsync(Objects()));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SomebodyDeletedOne_CreatesIt()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());
        await DeleteAsync(Yaml.ConfigMap(_shop, "map-3", "1"));

        var (result, _) = await ApplyAsync(Objects());

        Assert.Equal("map-3", Assert.Single(result.Changes, change => change.Action == ChangeAction.Created).Id.Name);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_SomebodyAddedAField_SeesItEachTime()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await other.PatchAsync(Yaml.ConfigMap(_shop, "map-3", "1").Id, new JsonObject { ["data"] = new JsonObject { ["more"] = "2" } }, dryRun: false, default);

        var first = await InspectAsync(Objects());
        await ApplyAsync(Objects());
        var second = await InspectAsync(Objects());

        Assert.StartsWith($"ConfigMap/{_shop}/map-3 ", Assert.Single(first), StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_OfAnEditedObject_DoesNotHideItFromTheNextApply()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(Yaml.ConfigMap(_shop, "map-3", "edited"), new ApplyMode { Force = true }, default);
        Assert.Single(await InspectAsync(Objects()));

        var (result, _) = await ApplyAsync(Objects());

        Assert.Equal("map-3", Assert.Single(result.Changes, change => change.Action == ChangeAction.Configured).Id.Name);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_AnotherVersionOfTheBundle_WritesOnlyWhatDiffers()
    {
        await ApplyAsync(Objects());
        await InspectAsync(Objects());

        var (result, requests) = await ApplyAsync(Objects(changed: 2));

        Assert.Equal(2, result.Count(ChangeAction.Configured));
        Assert.InRange(requests, 2, Overhead);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SomebodyDeletedTheDefinition_SaysSoOrMakesItAgain()
    {
        var group = $"{_shop}.example.com";
        var definition = Yaml.ReadOne(Yaml.Definition("lamps", "Lamp", group));
        var lamp = Yaml.ReadOne($"apiVersion: {group}/v1\nkind: Lamp\nmetadata: {{name: a, namespace: {_shop}}}\nspec: {{size: 3}}\n");
        var applier = new ClusterApplier(server.Client, TimeProvider.System, _known);
        Assert.True((await applier.ApplyAsync(Request([Yaml.Namespace(_shop), definition, lamp]), null, default)).IsComplete);
        await DeleteAsync(definition);
        while (await server.Client.GetAsync(definition.Id, default) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        var without = await applier.ApplyAsync(Request([Yaml.Namespace(_shop), lamp]), null, default);
        var with = await applier.ApplyAsync(Request([Yaml.Namespace(_shop), definition, lamp]), null, default);

        Assert.Equal(ApiReasons.KindUnknown, Assert.Single(without.Failures).Failure!.Reason);
        Assert.True(with.IsComplete, string.Join('\n', with.Changes));
        Assert.NotNull(await server.Client.GetAsync(lamp.Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_InvalidObjectInANewNamespace_WritesNothing()
    {
        var wrong = Yaml.ReadOne($"apiVersion: v1\nkind: Service\nmetadata: {{name: wrong, namespace: {_shop}}}\nspec: {{ports: [{{port: 70000}}]}}\n");

        var (result, _) = await ApplyAsync([.. Objects(), wrong]);

        var failure = Assert.Single(result.Failures);
        Assert.Contains($"Service {_shop}/wrong", failure.Failure!.Message, StringComparison.Ordinal);
        Assert.Null(await server.Client.GetAsync(Yaml.Namespace(_shop).Id, default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_SomebodyElseMadeAnObjectThatCannotChange_WritesNothing()
    {
        await server.Client.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode { Force = true }, default);
        using var other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        await other.ApplyAsync(
            Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-7, namespace: {_shop}}}\nimmutable: true\ndata: {{say: other}}\n"), new ApplyMode { Force = true }, default);

        var (result, _) = await ApplyAsync(Objects());

        Assert.Equal("map-7", Assert.Single(result.Failures).Id.Name);
        Assert.Null(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "map-3", "1").Id, default));
    }

    private KubernetesObject[] Objects(int changed = 0) =>
    [
        Yaml.Namespace(_shop),
        .. Enumerable.Range(0, Count - 11).Select(i => Yaml.ConfigMap(_shop, $"map-{i}", i < changed ? "2" : "1")),
        .. Enumerable.Range(0, 5).Select(i => Yaml.ReadOne($"apiVersion: v1\nkind: Secret\nmetadata: {{name: secret-{i}, namespace: {_shop}}}\nstringData: {{a: b}}\n")),
        .. Enumerable.Range(0, 5).Select(i => Yaml.ReadOne(
            $"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: role-{i}, namespace: {_shop}}}\nrules: [{{apiGroups: [\"\"], resources: [pods], verbs: [get]}}]\n")),
    ];

    // The linter would tell; here, all but Services are valid.
    private ApplyRequest Request(KubernetesObject[] objects) => new("set", $"{_shop}-own", _shop, objects) { IsValid = item => item.Kind != "Service" };

    private async Task<(ApplyResult Result, long Requests)> ApplyAsync(KubernetesObject[] objects)
    {
        using var client = server.Connect();
        var result = await new ClusterApplier(client, TimeProvider.System, _known).ApplyAsync(Request(objects), null, default);
        return (result, client.RequestCount);
    }

    private Task<IReadOnlyList<string>> InspectAsync(KubernetesObject[] objects) =>
        new ClusterApplier(server.Client, TimeProvider.System, _known).InspectAsync(Request(objects), default);

    private async Task DeleteAsync(KubernetesObject item)
    {
        var live = await server.Client.GetAsync(item.Id, default);
        await server.Client.DeleteAsync(item.Id, (string)live!["metadata"]!["uid"]!, Propagation.Background, default);
    }
}
