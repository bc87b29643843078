using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Single objects of an applied set are brought back; the others are not even looked at.</summary>
[Collection(ApiServer.Collection)]
public sealed class RestoreTests(ApiServer server)
{
    private const string Web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: a, resources: {requests: {cpu: '1'}}}]}}}\n";
    private readonly string _shop = $"r{Guid.NewGuid():N}"[..12];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_OneOfManyIsDeleted_IsBackByThreeRequestsAndNothingElseIsWritten()
    {
        List<KubernetesObject> items = [.. Enumerable.Range(0, 30).Select(i => Yaml.ConfigMap(_shop, string.Create(CultureInfo.InvariantCulture, $"c{i}"), "1"))];
        await ApplyAsync([.. items]);
        await DeleteAsync(items[7]);
        var versions = await VersionsAsync(items.Where(item => item != items[7]));
        var before = server.Client.RequestCount;

        var result = await RestoreAsync(items, items[7]);

        var requests = server.Client.RequestCount - before;
        Assert.Equal((items[7].Id, ChangeAction.Created, null), result.Change is { } change ? (change.Id, change.Action, result.Deviation) : default);
        Assert.InRange(requests, 2, 3);
        Assert.Equal(versions, await VersionsAsync(items.Where(item => item != items[7])));
        Assert.Empty(await _applier.InspectAsync(Request([.. items]), default));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_FieldIsEdited_IsBackByThreeRequests()
    {
        var web = Yaml.ReadOne(Web);
        await ApplyAsync(web);
        await EditAsync(web, "{\"spec\": {\"replicas\": 0}}");
        var before = server.Client.RequestCount;

        var result = await RestoreAsync([web], web);

        Assert.InRange(server.Client.RequestCount - before, 2, 3);
        Assert.Equal((ChangeAction.Configured, null), (result.Change!.Action, result.Deviation));
        Assert.Equal(2, (await LiveAsync(web))!.Number("spec", "replicas"));
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("{\"metadata\": {\"annotations\": {\"note\": \"1\"}}}")]
    [InlineData("{\"spec\": {\"minReadySeconds\": 0}}")]
    public async Task Restore_NothingOfOursIsEdited_ChangesNothing(string patch)
    {
        var web = Yaml.ReadOne(Web);
        await ApplyAsync(web);
        await EditAsync(web, patch);
        var version = (await LiveAsync(web)).Text("metadata", "resourceVersion");

        var result = await RestoreAsync([web], web);

        Assert.Null(result.Change);
        Assert.Equal(version, (await LiveAsync(web)).Text("metadata", "resourceVersion"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_APersonAddsAField_LeavesTheLineThatAnInspectionFinds()
    {
        var item = Yaml.ConfigMap(_shop, "a", "1");
        await ApplyAsync(item);
        await EditAsync(item, "{\"data\": {\"extra\": \"1\"}}");

        var result = await RestoreAsync([item], item);

        Assert.Null(result.Change);
        Assert.Equal(Assert.Single(await _applier.InspectAsync(Request(item), default)), result.Deviation);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_JobThatEndedIsGone_DoesNotRunAgain()
    {
        var job = ImmutablePairs.Job("a:1", "ttlSecondsAfterFinished: 5,");
        await ApplyAsync(job);
        await DeleteAsync(job);

        var result = await RestoreAsync([job], job);

        Assert.Equal((null, true), (result.Change, result.IsEnough));
        Assert.Null(await LiveAsync(job));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_JobThatNobodyRecorded_IsLeftToTheWholeRepair()
    {
        var item = Yaml.ConfigMap(_shop, "a", "1");
        await ApplyAsync(item);
        var job = ImmutablePairs.Job("a:1", "ttlSecondsAfterFinished: 5,");

        Assert.False((await RestoreAsync([item, job], job)).IsEnough);
        Assert.Null(await LiveAsync(job));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_FieldThatCannotChangeWasChanged_IsLeftToTheWholeRepair()
    {
        var web = Yaml.ReadOne(Web);
        await ApplyAsync(web);
        await DeleteAsync(web);
        await server.Client.ApplyAsync(Yaml.ReadOne(Web.Replace("app: web", "app: other", StringComparison.Ordinal)).WithNamespace(_shop), new ApplyMode(), default);

        Assert.False((await RestoreAsync([web], web)).IsEnough);
        Assert.Equal("other", (await LiveAsync(web)).Text("spec", "selector", "matchLabels", "app"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Restore_NamespaceIsMissing_IsLeftToTheWholeRepair()
    {
        var item = Yaml.ConfigMap(_shop, "a", "1");

        Assert.False((await RestoreAsync([item], item)).IsEnough);
        Assert.False((await RestoreAsync([item], Yaml.Namespace(_shop))).IsEnough);
    }

    private ApplyRequest Request(params KubernetesObject[] items) => new("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), .. items]);

    private async Task ApplyAsync(params KubernetesObject[] items)
    {
        var result = await _applier.ApplyAsync(Request(items), null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Failures));
    }

    private async Task<ObjectRestore> RestoreAsync(IReadOnlyList<KubernetesObject> items, KubernetesObject drifted)
    {
        var id = drifted.Id.Kind == "Namespace" ? drifted.Id : drifted.WithNamespace(_shop).Id;
        var result = await _applier.RestoreAsync(Request([.. items]), [id], default);
        var restore = Assert.Single(result.Objects);
        Assert.Equal(result.IsEnough, restore.IsEnough);
        return restore;
    }

    private Task<JsonObject?> LiveAsync(KubernetesObject item) => server.Client.GetAsync(item.WithNamespace(_shop).Id, default);

    private async Task EditAsync(KubernetesObject item, string patch)
    {
        using var person = server.Connect(new KubernetesClientOptions { FieldManager = "kubectl-edit" });
        await person.PatchAsync(item.WithNamespace(_shop).Id, JsonNode.Parse(patch)!, dryRun: false, default);
    }

    private async Task DeleteAsync(KubernetesObject item)
    {
        var uid = (await LiveAsync(item)).Text("metadata", "uid")!;
        Assert.True(await server.Client.DeleteAsync(item.WithNamespace(_shop).Id, uid, Propagation.Background, default));
    }

    private async Task<List<string?>> VersionsAsync(IEnumerable<KubernetesObject> items)
    {
        List<string?> versions = [(await server.Client.GetAsync(ApplySet.ParentOf(Request()), default)).Text("metadata", "resourceVersion")];
        foreach (var item in items)
        {
            versions.Add((await LiveAsync(item)).Text("metadata", "resourceVersion"));
        }

        return versions;
    }
}
