using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Kubernetes.Tests.Checks;

/// <summary>Checks of a bundle whose Jobs really run and whose Service really answers.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class BundleChecksNodeTests : IAsyncLifetime
{
    private const int Limit = 600_000;
    private const string Image = "registry.example.com/shop/web:1";
    private TestbedSession _session = null!;
    private KubernetesNode _node = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _node = await KubernetesNode.StartAsync(_session);
        await _node.LoadImageAsync(Image, new ImageContent("httpd"));
        _client = new KubernetesClient(Kubeconfig.Load(_node.KubeconfigPath), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        await _session.DisposeAsync();
    }

    [PeerFact(Timeout = Limit)]
    public async Task Checks_OfEverySort_EndAsTheyMustAndLeaveNothing()
    {
        await ApplyAsync(Yaml.Namespace("shop"));
        var checks = new BundleChecks(_client, new FailureDetails(_client, readsLogs: true, TimeProvider.System), TimeProvider.System, new Random(1));

        Assert.Null((await checks.RunAsync(Job("good", "true"), TimeSpan.FromMinutes(4), default)).Problem);
        var bad = await checks.RunAsync(Job("bad", "echo no till; exit 3"), TimeSpan.FromMinutes(4), default);
        Assert.StartsWith("the Job failed: ", bad.Problem, StringComparison.Ordinal);
        Assert.Contains("  no till", bad.Details);
        Assert.StartsWith("the Job did not end within 5 s", (await checks.RunAsync(Job("late", "sleep 100000"), TimeSpan.FromSeconds(5), default)).Problem, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checks.RunAsync(Job("stopped", "sleep 100000"), TimeSpan.FromMinutes(4), stop.Token));
        var jobs = await _client.FindTypeAsync("batch/v1", "Job", default);
        Assert.Empty((await _client.ListAsync(jobs!, new ListSelection { Namespace = "shop" }, default)).Items);

        var probe = new ServiceProbe { Name = "web", Service = "web", Port = "http" };
        Assert.Contains("answers 404, not 200", (await checks.AskAsync(probe, "shop", default)).Problem, StringComparison.Ordinal);
        foreach (var item in Web)
        {
            await ApplyAsync(item);
        }

        var health = await new HealthWaiter(_client, new HealthOptions(), TimeProvider.System).WaitAsync(
            [new HealthGroup("web", [Web[0].Id], TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(4))], healthy => healthy.Count > 0, null, default);
        Assert.IsType<HealthOutcome.Healthy>(health);
        var started = TimeProvider.System.GetTimestamp();
        while ((await checks.AskAsync(probe, "shop", default)).Problem is { } problem)
        {
            // The endpoints come a moment after the pod is ready.
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), problem);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }

        Assert.Null((await checks.AskAsync(probe with { Port = "80", Path = "/none", Status = 404 }, "shop", default)).Problem);
        Assert.Contains("answers 404, not 200", (await checks.AskAsync(probe with { Path = "/none" }, "shop", default)).Problem, StringComparison.Ordinal);
    }

    private static IReadOnlyList<KubernetesObject> Web => Yaml.Read($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web} }
          template:
            metadata: {labels: {app: web} }
            spec:
              containers:
              - name: main
                image: "{{Image}}"
                imagePullPolicy: IfNotPresent
                command: [/bin/busybox, sh, -c, "mkdir -p /tmp/www && echo hello > /tmp/www/index.html && exec /bin/busybox httpd -f -p 8080 -h /tmp/www"]
                readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          selector: {app: web}
          ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]
        """);

    private static KubernetesObject Job(string name, string command) => Yaml.ReadOne($$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: {{name}}, namespace: shop, annotations: {edgesync.dev/hook: preflight} }
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
        """);

    private async Task ApplyAsync(KubernetesObject item) => await _client.ApplyAsync(item, new ApplyMode { Force = true }, default);
}
