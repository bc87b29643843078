using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Api;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks that ask the API server.</summary>
public sealed class ClusterChecksTests : IDisposable
{
    private static readonly KubernetesApiException NoAnswer = new("ClusterUnavailable", "nothing answers at https://127.0.0.1:6443");

    private readonly CheckFixture _site = new();

    [Fact]
    public async Task Kubernetes_Answers_Passes()
    {
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new KubernetesCheck(new ScriptedCluster()))).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new KubernetesCheck(new ScriptedCluster { Failure = NoAnswer }))).Outcome);
    }

    [Fact]
    public async Task Node_Ready_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new NodeCheck(new ScriptedCluster(Node())))).Outcome);

    [Theory]
    [InlineData("""[{"type":"Ready","status":"False","message":"kubelet stopped"}]""", "is not ready (kubelet stopped)")]
    [InlineData("""[]""", "is not ready (it does not report)")]
    [InlineData("""[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"True"}]""", "has DiskPressure")]
    [InlineData("""[{"type":"Ready","status":"True"},{"type":"MemoryPressure","status":"True"}]""", "has MemoryPressure")]
    [InlineData("""[{"type":"Ready","status":"True"},{"type":"PIDPressure","status":"True"}]""", "has PIDPressure")]
    public async Task Node_Troubled_Fails(string conditions, string expected)
    {
        var finding = await RunAsync(new NodeCheck(new ScriptedCluster(Node(conditions: conditions))));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains(expected, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_OneOfTwoTroubled_Warns() =>
        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new NodeCheck(new ScriptedCluster(Node(), Node("edge-2", conditions: "[]"))))).Outcome);

    [Fact]
    public async Task Node_CordonedOrNone_Fails()
    {
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new NodeCheck(new ScriptedCluster(Node(spec: """{"unschedulable":true}"""))))).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new NodeCheck(new ScriptedCluster()))).Outcome);
    }

    [Theory]
    [InlineData("NoSchedule", CheckOutcome.Failed)]
    [InlineData("NoExecute", CheckOutcome.Failed)]
    [InlineData("PreferNoSchedule", CheckOutcome.Passed)]
    public async Task Node_TaintThatThePodsDoNotTolerate_Fails(string effect, CheckOutcome expected)
    {
        var context = _site.Context() with { Bundles = [await _site.BuildAsync()] };
        var node = Node(spec: $$"""{"taints":[{"key":"maintenance","effect":"{{effect}}"}]}""");

        var finding = await new NodeCheck(new ScriptedCluster(node)).RunAsync(context, CancellationToken.None);

        Assert.Equal(expected, finding.Outcome);
        if (expected == CheckOutcome.Failed)
        {
            Assert.Contains($"Deployment shop/web: node edge-1 has the taint maintenance:{effect}", finding.Found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pods_Running_Pass() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new PodsCheck(new ScriptedCluster(Pod("Running", """{"running":{}}"""))))).Outcome);

    [Theory]
    [InlineData("CrashLoopBackOff")]
    [InlineData("ImagePullBackOff")]
    [InlineData("CreateContainerConfigError")]
    public async Task Pods_Stuck_Fail(string reason)
    {
        var finding = await RunAsync(new PodsCheck(new ScriptedCluster(Pod("Running", $$$"""{"waiting":{"reason":"{{{reason}}}"}}"""))));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains($"pod default/web-1: container main is in {reason}", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_PendingForLong_FailAndJustCreatedPass()
    {
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new PodsCheck(new ScriptedCluster(Pod("Pending", "{}", created: "2026-11-30T05:58:00Z"))))).Outcome);
        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new PodsCheck(new ScriptedCluster(Pod("Pending", "{}", created: "2026-11-30T05:59:50Z"))))).Outcome);
    }

    [Fact]
    public async Task Pods_CrashedMinutesAgo_Warn() => Assert.Equal(
        CheckOutcome.Warned,
        (await RunAsync(new PodsCheck(new ScriptedCluster(Pod("Running", """{"running":{}}""", """{"terminated":{"exitCode":1,"finishedAt":"2026-11-30T05:57:00Z"}}"""))))).Outcome);

    [Fact]
    public async Task Pods_OfEndedJobsAndOtherNamespaces_DoNotCount()
    {
        var failed = Pod("Failed", """{"terminated":{"exitCode":1,"finishedAt":"2026-11-30T05:59:00Z"}}""");
        var other = Pod("Running", """{"waiting":{"reason":"CrashLoopBackOff"}}""").Replace("default", "elsewhere", StringComparison.Ordinal);

        Assert.Equal(CheckOutcome.Passed, (await RunAsync(new PodsCheck(new ScriptedCluster(failed, other)))).Outcome);
    }

    [Fact]
    public async Task Drift_None_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(Drift(new ChannelPlan { Channel = "stable" }))).Outcome);

    [Fact]
    public async Task Drift_ChangedObject_FailsAndNamesIt()
    {
        var plan = new ChannelPlan { Channel = "stable", Objects = [Planned(PlanAction.Unchanged, "a"), Planned(PlanAction.Drifted, "b"), Planned(PlanAction.Missing, "c")] };

        var finding = await RunAsync(Drift(plan));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Equal(["Deployment shop/b: drifted", "Deployment shop/c: missing"], finding.Details);
    }

    [Fact]
    public async Task Drift_ChannelThatCannotBeCompared_Fails() =>
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(Drift(new ChannelPlan { Channel = "stable", Failure = new SiteNotice("ClusterUnavailable", "no answer", null) }))).Outcome);

    public void Dispose() => _site.Dispose();

    private static DriftCheck Drift(ChannelPlan plan) => new(_ => Task.FromResult(new PlanDocument
    {
        Schema = PlanDocument.DiffSchema,
        Fleet = "retail",
        Site = "store-0042",
        At = CheckFixture.Now,
        HasChanges = true,
        Channels = [plan],
    }));

    private static PlannedObject Planned(PlanAction action, string name) => new() { ApiVersion = "apps/v1", Kind = "Deployment", Namespace = "shop", Name = name, Action = action };

    private static string Node(string name = "edge-1", string conditions = """[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"False"}]""", string spec = "{}") =>
        $$$"""{"kind":"Node","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}},"status":{"conditions":{{{conditions}}}}}""";

    private static string Pod(string phase, string state, string lastState = "{}", string created = "2026-11-30T05:00:00Z") => $$$"""
        {"kind":"Pod","metadata":{"namespace":"default","name":"web-1","creationTimestamp":"{{{created}}}"},
         "status":{"phase":"{{{phase}}}","containerStatuses":[{"name":"main","restartCount":1,"state":{{{state}}},"lastState":{{{lastState}}}}]}}
        """;

    private Task<CheckFinding> RunAsync(ISiteCheck check) => check.RunAsync(_site.Context(), CancellationToken.None);
}
