using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Tests.Api;

namespace EdgeSync.Kubernetes.Tests.Hooks;

/// <summary>Hooks on a real API server without controllers: the test says how a Job ends.</summary>
[Collection(ApiServer.Collection)]
public sealed class HookSessionTests(ApiServer server)
{
    private const HookMoment Moment = HookMoment.PreActivate;
    private readonly string _shop = $"h{Guid.NewGuid():N}"[..12];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Hook_ThatEndedWell_DoesNotRunAgainAlsoWhereItsJobIsGone()
    {
        var hook = Job("migrate", "one");
        var (session, started) = await StartAsync(hook, "bundle", "first");
        Assert.Equal(ChangeAction.Created, started!.Action);
        Assert.Contains("has not seen it yet", await session.FinishHookAsync(hook, Moment, "first", default), StringComparison.Ordinal);

        // As after a kill: the same attempt finds its Job.
        var uid = await UidAsync("migrate");
        var (again, found) = await StartAsync(hook, "bundle", "first");
        Assert.Equal((ChangeAction.Unchanged, uid), (found!.Action, await UidAsync("migrate")));

        await EndAsync("migrate", "Complete");
        Assert.Null(await again.FinishHookAsync(hook, Moment, "first", default));
        await DeleteAsync("migrate");

        Assert.Null((await StartAsync(hook, "bundle", "second")).Started);
        Assert.Null(await LiveAsync("migrate"));
        Assert.Equal(ChangeAction.Created, (await StartAsync(hook, "another bundle", "third")).Started!.Action);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Hook_WithTheNameOfSomebodysJob_LeavesThatJob()
    {
        await server.Client.ApplyAsync(Yaml.Namespace(_shop), new ApplyMode(), default);
        await server.Client.ApplyAsync(Job("migrate", "theirs").Job.WithNamespace(_shop), new ApplyMode { Force = true }, default);

        var (_, started) = await StartAsync(Job("migrate", "theirs"), "bundle", "1");

        Assert.Contains("does not belong to this channel", started!.Failure!.Message, StringComparison.Ordinal);
        Assert.Null((await LiveAsync("migrate")).Text("metadata", "annotations", HookJobs.RunAnnotation));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Prune_HookOfTheBundle_StaysAndOneThatIsGoneCountsForNoLimit()
    {
        var hook = Job("migrate", "one");
        await StartAsync(hook, "bundle", "1");

        var with = await _applier.PlanPruneAsync(Request([hook], "bundle"), default);
        var without = await _applier.PlanPruneAsync(Request([], "bundle"), default);

        Assert.Empty(with.Candidates);
        Assert.Contains(with.Wanted, id => id.Kind == "Job");
        Assert.True(Assert.Single(without.Candidates).IsHook);
        Assert.Empty(new PrunePolicy().Objections(without));
        Assert.True((await _applier.PruneAsync(without, null, default)).IsComplete);
        Assert.Null(await LiveAsync("migrate"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Inspect_HookThatRan_IsNoDeviation()
    {
        var hook = Job("migrate", "one");
        await StartAsync(hook, "bundle", "1");
        await _applier.ApplyAsync(Request([hook], "bundle"), null, default);

        var (deviations, plan) = await _applier.Begin(Request([hook], "bundle")).InspectAsync(default);

        Assert.Empty(deviations);
        Assert.Empty(plan.Candidates);
        Assert.DoesNotContain(await _applier.IdentifyAsync(Request([hook], "bundle"), default), item => item.Key.Kind == "Job");
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Try_HookThatTheClusterRefuses_RefusesTheBundle()
    {
        await StartAsync(Job("migrate", "one"), "first bundle", "1");

        var good = await _applier.Begin(Request([Job("migrate", "two")], "bundle") with { TriesHooks = true }).TryAsync(default);
        var bad = await _applier.Begin(Request([Job("migrate", "Not A Name")], "bundle") with { TriesHooks = true }).TryAsync(default);
        var asRepair = await _applier.Begin(Request([Job("migrate", "Not A Name")], "bundle")).TryAsync(default);

        Assert.Empty(good.Changes);
        Assert.Contains("Not A Name", Assert.Single(bad.Failures).Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(asRepair.Changes);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Plan_Hooks_AreListedWithWhatTheClusterSays()
    {
        var hook = Job("migrate", "one");
        var (session, _) = await StartAsync(hook, "bundle", "1");
        await EndAsync("migrate", "Complete");
        Assert.Null(await session.FinishHookAsync(hook, Moment, "1", default));
        var planner = new ClusterPlanner(server.Client, TimeProvider.System, _ => []);

        var same = await planner.PlanAsync(Request([hook, Job("warm-up", "one", "post-activate")], "bundle") with { TriesHooks = true }, default);
        var bad = await planner.PlanAsync(Request([Job("migrate", "Not A Name")], "next bundle") with { TriesHooks = true }, default);

        Assert.Equal([("migrate", true), ("warm-up", false)], same.Hooks.Select(planned => (planned.Id.Name, planned.HasRun)));
        Assert.DoesNotContain(same.Changes, change => change.Id.Kind == "Job");
        Assert.False(Assert.Single(bad.Hooks).HasRun);
        Assert.Equal($"Job {_shop}/migrate", Assert.Single(bad.Changes, change => change.Action == ChangeAction.Failed).Id.ToString());
    }

    private static Hook Job(string name, string container, string moment = "pre-activate") => Hook.Read(Yaml.ReadOne($$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{name}}, annotations: {edgesync.dev/hook: {{moment}} } }
        spec:
          template: {spec: {restartPolicy: Never, containers: [{name: {{container}}, image: a}] } }
        """));

    private ApplyRequest Request(IReadOnlyList<Hook> hooks, string content) =>
        new($"set-{_shop}", $"{_shop}-own", _shop, [Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "settings", "1"), Yaml.ConfigMap(_shop, "more", "1")]) { Hooks = hooks, Content = content };

    // Applies the namespace, as what the hook needs, and starts the hook.
    private async Task<(ApplySession Session, ObjectChange? Started)> StartAsync(Hook hook, string content, string attempt)
    {
        var request = Request([hook], content);
        var session = _applier.Begin(request);
        var applied = await session.ApplyAsync([request.Objects[0]], null, default);
        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        return (session, await session.StartHookAsync(hook, Moment, attempt, default));
    }

    private ObjectId IdOf(string job) => new("batch/v1", "Job", _shop, job);

    private Task<JsonObject?> LiveAsync(string job) => server.Client.GetAsync(IdOf(job), default);

    private async Task<string?> UidAsync(string job) => (await LiveAsync(job)).Text("metadata", "uid");

    private async Task DeleteAsync(string job) =>
        await server.Client.DeleteAsync(IdOf(job), (await UidAsync(job))!, Propagation.Background, default);

    private async Task EndAsync(string job, string condition)
    {
        var live = (await LiveAsync(job))!;
        live["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True" }) };
        await server.Node.ReplaceAsync($"/apis/batch/v1/namespaces/{_shop}/jobs/{job}/status", live.ToJsonString());
    }
}
