using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Primitives.Failures;
using k8s;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Apply;

[Collection(ApiServer.Collection)]
public sealed class ImmutableObjectTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    public static TheoryData<string> Kinds => new(ImmutablePairs.All.Select(pair => pair.Name));

    [PeerTheory(Timeout = ApiServer.Limit)]
    [MemberData(nameof(Kinds))]
    public async Task Apply_FieldThatCannotChange_IsRefusedWithAReasonAndAHint(string name)
    {
        var pair = ImmutablePairs.Find(name);
        await ApplyAsync(pair.Before());

        var failure = await RefusalAsync(pair.After());

        Assert.Equal((ApiReasons.ObjectImmutable, Disposition.Stalled), (failure.Reason, failure.Disposition));
        Assert.Contains("edgesync.dev/recreate: allowed", failure.Hint, StringComparison.Ordinal);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_FieldThatCannotChangeAndAnotherThatIsWrong_IsInvalid()
    {
        var pair = ImmutablePairs.Find("Deployment");
        await ApplyAsync(pair.Before());
        var wrong = pair.After(recreate: true);
        wrong.Json["spec"]!["replicas"] = -1;

        Assert.Equal(ApiReasons.ObjectInvalid, (await RefusalAsync(wrong)).Reason);
    }

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("StatefulSet with volumes")]
    [InlineData("PersistentVolumeClaim")]
    public async Task Apply_WhatHoldsData_IsNotRecreatedWithoutAllowDestructive(string name)
    {
        var pair = ImmutablePairs.Find(name);
        await ApplyAsync(pair.Before());
        var before = await UidAsync(pair.Before());

        var failure = await RefusalAsync(pair.After(recreate: true));

        Assert.Equal(ApiReasons.ObjectImmutable, failure.Reason);
        Assert.Contains("allowDestructive", failure.Hint, StringComparison.Ordinal);
        Assert.Equal(before, await UidAsync(pair.Before()));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_JobGoneByItsTimeToLive_IsNotRunAgain()
    {
        var job = ImmutablePairs.Job("a:1", "ttlSecondsAfterFinished: 5,");
        await ApplyAsync(job);
        // What the cluster's own controller does after the Job's time to live.
        await server.Node.Api.BatchV1.DeleteNamespacedJobAsync("migrate", _shop, propagationPolicy: "Background");

        var again = await ApplyAsync(job);
        var gone = await server.Client.GetAsync(Placed(job), default);
        var changed = await ApplyAsync(ImmutablePairs.Job("a:2", "ttlSecondsAfterFinished: 5,"));

        Assert.Equal(ChangeAction.Unchanged, again.Changes[^1].Action);
        Assert.Null(gone);
        Assert.Equal(ChangeAction.Created, changed.Changes[^1].Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_JobDeletedThatHasNoTimeToLive_IsMadeAgain()
    {
        var job = ImmutablePairs.Job("a:1", "");
        await ApplyAsync(job);
        await server.Node.Api.BatchV1.DeleteNamespacedJobAsync("migrate", _shop, propagationPolicy: "Background");

        Assert.Equal(ChangeAction.Created, (await ApplyAsync(job)).Changes[^1].Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_OfTheSet_ForgetsJobsThatAreNotWantedAnyMore()
    {
        var job = ImmutablePairs.Job("a:1", "ttlSecondsAfterFinished: 5,");
        await ApplyAsync(job);
        var without = new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop)]);
        await _applier.ApplyAsync(without, null, default);

        await _applier.PruneAsync(await _applier.PlanPruneAsync(without, default), null, default);

        Assert.Equal(ChangeAction.Created, (await ApplyAsync(job)).Changes[^1].Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Session_PartByPart_TriesAllFirstAndWritesOnlyThePart()
    {
        var first = Yaml.ConfigMap(_shop, "first", "1");
        var second = Yaml.ConfigMap(_shop, "second", "1");
        var space = Yaml.Namespace(_shop);
        var session = _applier.Begin(new ApplyRequest("set", _shop + "-own", _shop, [space, first, second]));

        var one = await session.ApplyAsync([space, first], null, default);
        var between = await server.Client.GetAsync(second.Id, default);
        var two = await session.ApplyAsync([second], null, default);

        Assert.Equal([ChangeAction.Created, ChangeAction.Created], one.Changes.Select(change => change.Action));
        Assert.Null(between);
        Assert.Equal([$"ConfigMap {_shop}/second: Created"], two.Changes.Select(change => change.ToString()));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Session_PartThatIsRefused_LeavesThePartBeforeItUnwritten()
    {
        await ApplyAsync();
        var good = Yaml.ConfigMap(_shop, "good", "1");
        var wrong = Yaml.ReadOne("apiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {ports: [{port: 70000}]}\n");
        var session = _applier.Begin(new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), good, wrong]));

        var result = await session.ApplyAsync([good], null, default);

        Assert.Equal(["Service"], result.Failures.Select(failure => failure.Id.Kind));
        Assert.Null(await server.Client.GetAsync(good.Id, default));
    }

    private async Task<ApplyResult> ApplyAsync(params IReadOnlyList<KubernetesObject> objects)
    {
        var result = await TryApplyAsync(objects);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        return result;
    }

    private Task<ApplyResult> TryApplyAsync(IReadOnlyList<KubernetesObject> objects) =>
        _applier.ApplyAsync(new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), .. objects]), null, default);

    private async Task<EdgeSyncException> RefusalAsync(KubernetesObject item) => Assert.Single((await TryApplyAsync([item])).Failures).Failure!;

    private async Task<string> UidAsync(KubernetesObject item) =>
        (await server.Client.GetAsync(Placed(item), default))!["metadata"]!["uid"]!.GetValue<string>();

    private ObjectId Placed(KubernetesObject item) => item.Id with { Namespace = _shop };
}
