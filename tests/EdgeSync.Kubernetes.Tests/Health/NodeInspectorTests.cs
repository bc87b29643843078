using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>Pods that cannot run because of the site's nodes, at the deadline of a release.</summary>
public sealed class NodeInspectorTests : IDisposable
{
    private const string Before = "2026-11-30T01:00:00Z";
    private const string Creation = "2026-11-30T02:00:00Z";
    private const string After = "2026-11-30T03:00:00Z";
    private const string Unscheduled = """ "conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes are available"}]""";
    private const string Creating = """ "containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"} } }]""";
    private readonly ScriptedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Wait_OnlyNodeIsCordoned_IsTheSites() => await AssertSiteAsync(
        "NodeNotReady", "no node can run the pod web: node one is cordoned", Pod(Unscheduled), Node("one", spec: """ "unschedulable":true"""));

    [Fact]
    public async Task Wait_NodeOfThePodIsNotReady_IsTheSites() => await AssertSiteAsync(
        "NodeNotReady",
        "no node can run the pod web: node one is not ready (Kubelet stopped posting node status.)",
        Pod(Creating, """ "nodeName":"one" """),
        Node("one", ready: "Unknown"),
        Node("two"));

    [Theory]
    [InlineData("DiskPressure")]
    [InlineData("MemoryPressure")]
    [InlineData("PIDPressure")]
    public async Task Wait_PressureSinceBeforeThePod_IsTheSites(string pressure) => await AssertSiteAsync(
        "NodeNotReady", $"no node can run the pod web: node one has {pressure}", Pod(Unscheduled), Node("one", pressure: pressure, since: Before));

    [Fact]
    public async Task Wait_PressureThatCameWithThePod_IsTheBundles() =>
        Assert.Null((await WaitAsync(Pod(Unscheduled), Node("one", pressure: "MemoryPressure", since: After))).SiteReason);

    [Fact]
    public async Task Wait_OneOfTwoNodesIsFine_IsTheBundles() =>
        Assert.Null((await WaitAsync(Pod(Unscheduled), Node("one", ready: "False"), Node("two"))).SiteReason);

    [Fact]
    public async Task Wait_OnlyNodeThatThePodSelectsIsNotReady_IsTheSites() => await AssertSiteAsync(
        "NodeNotReady",
        "no node can run the pod web: node one is not ready (Kubelet stopped posting node status.)",
        Pod(Unscheduled, """ "nodeSelector":{"name":"one"} """),
        Node("one", ready: "False"),
        Node("two"));

    [Fact]
    public async Task Wait_ClusterWithoutNode_IsTheSites() => await AssertSiteAsync("NodeNotReady", "the cluster has no node", Pod(Unscheduled));

    [Theory]
    [InlineData(Before, null)]
    [InlineData(After, HealthState.Failed)]
    public async Task Wait_ImageIsPulledInVainWhileTheDiskIsFull_FailsOnlyWithoutThat(string since, HealthState? failed)
    {
        var pod = Pod(""" "containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ImagePullBackOff"} } }]""", """ "nodeName":"one" """);

        var health = await WaitAsync(pod, Node("one", pressure: "DiskPressure", since: since));

        Assert.Equal(failed is null ? "NodeNotReady" : null, health.SiteReason);
        Assert.Equal(failed ?? HealthState.InProgress, health.State);
    }

    [Fact]
    public async Task Wait_ContainerCrashesOnACordonedNode_Fails()
    {
        var pod = Pod(
            """ "containerStatuses":[{"name":"main","restartCount":9,"state":{"waiting":{"reason":"CrashLoopBackOff"} } }]""", """ "nodeName":"one" """);

        Assert.Equal(HealthState.Failed, (await WaitAsync(pod, Node("one", spec: """ "unschedulable":true"""))).State);
    }

    [Fact]
    public async Task Wait_RuntimeStartsNoPod_IsTheSites()
    {
        _cluster.Answer("events", ScriptedCluster.List(Event("Scheduled", Before), Event("FailedCreatePodSandBox", After)));

        await AssertSiteAsync(
            "RuntimeUnavailable", "the container runtime cannot start the pod web: FailedCreatePodSandBox", Pod(Creating, """ "nodeName":"one" """), Node("one"));
    }

    [Fact]
    public async Task Wait_RuntimeFailedOnceAndStartedThePodThen_IsTheBundles()
    {
        _cluster.Answer("events", ScriptedCluster.List(Event("FailedCreatePodSandBox", Before), Event("Pulling", After)));

        Assert.Null((await WaitAsync(Pod(Creating, """ "nodeName":"one" """), Node("one"))).SiteReason);
    }

    [Fact]
    public async Task Wait_NodesMayNotBeRead_IsTheBundles()
    {
        _cluster.Answer("nodes", """{"kind":"Status","status":"Failure","reason":"Forbidden","message":"nodes is forbidden","code":403}""", 403);

        Assert.Null((await WaitAsync(Pod(Unscheduled))).SiteReason);
    }

    private static string Pod(string status, string spec = "") => $$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","uid":"1","creationTimestamp":"{{Creation}}"},
        "spec":{ {{spec}} },"status":{"phase":"Pending",{{status}} } }
        """;

    private static string Node(string name, string ready = "True", string spec = "", string? pressure = null, string since = Before) => $$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}","labels":{"name":"{{name}}"} },"spec":{ {{spec}} },"status":{"conditions":[
        {"type":"Ready","status":"{{ready}}","message":"Kubelet stopped posting node status.","lastTransitionTime":"{{Before}}"},
        {"type":"{{pressure ?? "DiskPressure"}}","status":"{{(pressure is null ? "False" : "True")}}","lastTransitionTime":"{{since}}"}]} }
        """;

    private static string Event(string reason, string time) =>
        $$"""{"apiVersion":"v1","kind":"Event","reason":"{{reason}}","message":"{{reason}}","lastTimestamp":"{{time}}","involvedObject":{"uid":"1"} }""";

    private async Task AssertSiteAsync(string reason, string words, string pod, params string[] nodes)
    {
        var health = await WaitAsync(pod, nodes);

        Assert.Equal((HealthState.InProgress, reason), (health.State, health.SiteReason));
        Assert.EndsWith(words, health.Message, StringComparison.Ordinal);
    }

    private async Task<ObjectHealth> WaitAsync(string pod, params string[] nodes)
    {
        _cluster.Answer("pods/web", pod);
        _cluster.Answers.TryAdd("nodes", (200, ScriptedCluster.List(nodes)));
        var outcome = await new HealthWaiter(_cluster.Client, new HealthOptions(), TimeProvider.System).WaitAsync(
            [new HealthGroup("shop", [new ObjectId("v1", "Pod", "shop", "web")], DateTimeOffset.MinValue)], healthy => healthy.Count > 0, progress: null, default);
        return outcome switch
        {
            HealthOutcome.TimedOut late => Assert.Single(late.Missing),
            HealthOutcome.Failed failed => Assert.Single(failed.Reasons),
            _ => throw new InvalidOperationException("the pod is healthy"),
        };
    }
}
