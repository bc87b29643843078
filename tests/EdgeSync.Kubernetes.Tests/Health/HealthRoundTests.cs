using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>What a round of health asks the API server for.</summary>
public sealed class HealthRoundTests : IDisposable
{
    private const string Forbidden = """{"kind":"Status","status":"Failure","reason":"Forbidden","message":"widgets is forbidden","code":403}""";
    private readonly ScriptedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Objects_of_one_kind_cost_one_list_and_no_get()
    {
        _cluster.Answer("widgets", ScriptedCluster.List(Widget("a"), Widget("b"), Widget("c")));

        var health = await CheckAsync("a", "b", "c", "d");

        Assert.Equal([HealthState.Current, HealthState.Current, HealthState.Current, HealthState.InProgress], health.Select(one => one.State));
        Assert.Equal("it does not exist", health[3].Message);
        Assert.Equal(["widgets"], _cluster.Requests);
    }

    [Fact]
    public async Task Object_that_is_alone_is_asked_for_by_its_name()
    {
        _cluster.Answer("widgets/a", Widget("a"));

        Assert.Equal(HealthState.Current, (await CheckAsync("a")).Single().State);
        Assert.Equal(["widgets/a"], _cluster.Requests);
    }

    [Fact]
    public async Task Kind_that_may_not_be_listed_is_asked_for_by_name_and_not_listed_again()
    {
        _cluster.Answer("widgets", Forbidden, 403);
        _cluster.Answer("widgets/a", Widget("a"));
        _cluster.Answer("widgets/b", Widget("b"));
        var waiter = new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System);

        var first = await waiter.CheckAsync(Widgets("a", "b"), default);
        await waiter.CheckAsync(Widgets("a", "b"), default);

        Assert.All(first, health => Assert.Equal(HealthState.Current, health.State));
        Assert.Equal(["widgets", "widgets/a", "widgets/a", "widgets/b", "widgets/b"], _cluster.Requests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Object_without_the_selectors_label_is_asked_for_by_its_name()
    {
        _cluster.Answer("widgets", ScriptedCluster.List(Widget("a"), Widget("b")));
        _cluster.Answer("widgets/c", Widget("c"));

        var health = await new HealthWaiter(_cluster.Client, new HealthOptions { Selector = "of=set" }, TimeProvider.System).CheckAsync(Widgets("a", "b", "c"), default);

        Assert.All(health, one => Assert.Equal(HealthState.Current, one.State));
        Assert.Equal(["widgets", "widgets/c"], _cluster.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    public async Task List_that_fails_keeps_all_its_objects_waiting_for_the_site(int status)
    {
        _cluster.Answer("widgets", "page not found", status);

        var health = await CheckAsync("a", "b");

        Assert.All(health, one => Assert.Equal((HealthState.InProgress, "ClusterError"), (one.State, one.SiteReason)));
        Assert.Equal(["widgets"], _cluster.Requests);
    }

    [Fact]
    public async Task Workloads_of_a_namespace_share_one_list_of_its_pods_and_each_has_its_own_pods()
    {
        string[] names = ["a", "b", "c"];
        _cluster.Answer("deployments", ScriptedCluster.List(names.Select(Deployment)));
        _cluster.Answer("replicasets", ScriptedCluster.List(names.Select(name =>
            $$"""{"metadata":{"name":"{{name}}-1","labels":{"app":"{{name}}","pod-template-hash":"1"},"ownerReferences":[{"uid":"{{name}}"}]} }""")));
        _cluster.Answer("pods", ScriptedCluster.List(names.Select(name =>
            $$"""{"metadata":{"name":"{{name}}-1-x","labels":{"app":"{{name}}","pod-template-hash":"1"} },"status":{"containerStatuses":[{"name":"c","state":{"waiting":{"reason":"ErrImagePull","message":"no {{name}}"} } }]} }""")));

        var health = await new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System)
            .CheckAsync([.. names.Select(name => new ObjectId("apps/v1", "Deployment", "shop", name))], default);

        Assert.Equal(
            names.Select(name => $"0 of 1 pods are updated; pod {name}-1-x: container c: ErrImagePull: no {name}"), health.Select(one => one.Message));
        Assert.Equal(["deployments", "pods", "replicasets"], _cluster.Requests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Healthy_workloads_cost_no_list_of_pods()
    {
        _cluster.Answer("deployments", ScriptedCluster.List(
            Deployment("a").Replace("\"replicas\":1}", "\"replicas\":0}", StringComparison.Ordinal),
            Deployment("b").Replace("\"replicas\":1}", "\"replicas\":0}", StringComparison.Ordinal)));

        await new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System)
            .CheckAsync([new ObjectId("apps/v1", "Deployment", "shop", "a"), new ObjectId("apps/v1", "Deployment", "shop", "b")], default);

        Assert.Equal(["deployments"], _cluster.Requests);
    }

    [Fact]
    public async Task Pauses_grow_while_nothing_changes_and_end_with_the_deadline()
    {
        _cluster.Answer("widgets/a", """{"apiVersion":"v1","kind":"Widget","metadata":{"name":"a","namespace":"shop"},"status":{"conditions":[{"type":"Ready","status":"False","message":"not yet"}]}}""");
        var time = new EagerTime();
        var deadline = time.GetUtcNow() + TimeSpan.FromSeconds(9);

        var outcome = await new HealthWaiter(_cluster.Client, new HealthOptions(), time).WaitAsync(
            [new HealthGroup("shop", Widgets("a"), deadline)], healthy => healthy.Count > 0, progress: null, default);

        Assert.Equal("not yet", Assert.Single(Assert.IsType<HealthOutcome.TimedOut>(outcome).Missing).Message);
        Assert.Equal([500, 750, 1125, 1687, 2000, 2000], time.Pauses.Take(6).Select(pause => (int)pause.TotalMilliseconds));
        Assert.InRange(time.GetUtcNow() - deadline, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task Objects_that_are_known_to_be_healthy_are_reported_and_not_asked_for()
    {
        _cluster.Answer("widgets/b", Widget("b"));
        var reported = new List<string>();

        var outcome = await WaitAsync(new HealthGroup("shop", Widgets("a", "b"), DateTimeOffset.MaxValue) { Healthy = Keys("a") }, reported);

        Assert.IsType<HealthOutcome.Healthy>(outcome);
        Assert.Equal(["widgets/b"], _cluster.Requests);
        Assert.Equal(["a Current", "b Current"], reported);
    }

    [Fact]
    public async Task Objects_that_must_have_more_are_asked_for_whatever_is_known()
    {
        _cluster.Answer("widgets/a", Widget("a"));
        var rule = new ReadyRule { Kind = "Widget", Path = "{.metadata.name}", Value = "a" };

        var outcome = await WaitAsync(new HealthGroup("shop", Widgets("a"), DateTimeOffset.MaxValue) { Healthy = Keys("a"), ReadyWhen = [rule] }, []);

        Assert.IsType<HealthOutcome.Healthy>(outcome);
        Assert.Equal(["widgets/a"], _cluster.Requests);
    }

    private async Task<HealthOutcome> WaitAsync(HealthGroup group, List<string> reported) => await new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System)
        .WaitAsync([group], healthy => healthy.Count > 0, new Reports(reported), default);

    private static HashSet<string> Keys(params IEnumerable<string> names) => [.. Widgets(names).Select(id => id.Key)];

    private static string Widget(string name) => $$"""{"apiVersion":"v1","kind":"Widget","metadata":{"name":"{{name}}","namespace":"shop"} }""";

    private static string Deployment(string name) => $$"""
        {"metadata":{"name":"{{name}}","namespace":"shop","uid":"{{name}}"},"spec":{"selector":{"matchLabels":{"app":"{{name}}"} },"replicas":1},"status":{"observedGeneration":1} }
        """;

    private static ObjectId[] Widgets(params IEnumerable<string> names) => [.. names.Select(name => new ObjectId("v1", "Widget", "shop", name))];

    private async Task<IReadOnlyList<ObjectHealth>> CheckAsync(params IEnumerable<string> names) =>
        await new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System).CheckAsync(Widgets(names), default);

    private sealed class Reports(List<string> reported) : IProgress<ObjectHealth>
    {
        public void Report(ObjectHealth value) => reported.Add($"{value.Id.Name} {value.State}");
    }

    /// <summary>A clock on which every pause is over at once, and is noted.</summary>
    private sealed class EagerTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public List<TimeSpan> Pauses { get; } = [];

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                Pauses.Add(dueTime);
                _now += dueTime;
            }

            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
