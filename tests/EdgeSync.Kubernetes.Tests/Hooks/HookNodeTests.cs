using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Kubernetes.Tests.Hooks;

/// <summary>Hooks whose Jobs really run.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class HookNodeTests : IAsyncLifetime
{
    private const int Limit = 600_000;
    private const string Image = "registry.example.com/shop/sleeper:1";
    private const HookMoment Moment = HookMoment.PreActivate;
    private TestbedSession _session = null!;
    private KubernetesNode _node = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _node = await KubernetesNode.StartAsync(_session);
        await _node.LoadImageAsync(Image, new ImageContent());
        _client = new KubernetesClient(Kubeconfig.Load(_node.KubeconfigPath), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        await _session.DisposeAsync();
    }

    [PeerFact(Timeout = Limit)]
    public async Task Hooks_OfEverySort_EndAsTheyMust()
    {
        var good = Job("good", "echo $SAY; test $SAY = hello");
        var (goodSession, goodHealth) = await RunAsync(good, TimeSpan.FromMinutes(4));
        Assert.IsType<HealthOutcome.Healthy>(goodHealth);
        Assert.Null(await goodSession.FinishHookAsync(good, Moment, "1", default));

        var bad = Job("bad", "echo cannot migrate; exit 3");
        var (badSession, badHealth) = await RunAsync(bad, TimeSpan.FromMinutes(4));
        var reasons = Assert.IsType<HealthOutcome.Failed>(badHealth).Reasons;
        var details = await new FailureDetails(_client, readsLogs: true, TimeProvider.System).ReadAsync(reasons, default);
        Assert.Contains("  cannot migrate", details);
        Assert.StartsWith("the job failed: ", await badSession.FinishHookAsync(bad, Moment, "1", default), StringComparison.Ordinal);

        var late = Job("late", "sleep 100000");
        var (lateSession, lateHealth) = await RunAsync(late, TimeSpan.FromSeconds(5));
        Assert.IsType<HealthOutcome.TimedOut>(lateHealth);
        await lateSession.StopHookAsync(late, default);
        var stopped = HealthRules.Of((await _client.GetAsync(IdOf("late"), default))!);
        Assert.Equal(HealthState.Failed, stopped.State);

        // The next bundle with a hook of this name can run it.
        var mended = Job("bad", "true");
        Assert.IsType<HealthOutcome.Healthy>((await RunAsync(mended, TimeSpan.FromMinutes(4), attempt: "2")).Health);
    }

    private static ObjectId IdOf(string name) => new("batch/v1", "Job", "shop", name);

    private async Task<(ApplySession Session, HealthOutcome Health)> RunAsync(Hook hook, TimeSpan limit, string attempt = "1")
    {
        IReadOnlyList<KubernetesObject> needs = [Yaml.Namespace("shop"), Yaml.ConfigMap("shop", "settings", "hello")];
        var session = new ClusterApplier(_client, TimeProvider.System).Begin(
            new ApplyRequest("set", "shop-own", "shop", needs) { Hooks = [hook], Content = "bundle" });
        var applied = await session.ApplyAsync(needs, null, default);
        Assert.True(applied.IsComplete, string.Join('\n', applied.Changes));
        var started = await session.StartHookAsync(hook, Moment, attempt, default);
        Assert.Equal(ChangeAction.Created, started!.Action);
        var group = new HealthGroup("hook", [started.Id], TimeProvider.System.GetUtcNow() + limit) { MustSettle = false };
        return (session, await new HealthWaiter(_client, new HealthOptions(), TimeProvider.System).WaitAsync([group], healthy => healthy.Count > 0, null, default));
    }

    private static Hook Job(string name, string command) => Hook.Read(Yaml.ReadOne($$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{name}}, annotations: {edgesync.dev/hook: pre-activate} }
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: "{{Image}}"
                imagePullPolicy: IfNotPresent
                command: [/bin/busybox, sh, -c, "{{command}}"]
                env: [{name: SAY, valueFrom: {configMapKeyRef: {name: settings, key: say} } }]
        """));
}
