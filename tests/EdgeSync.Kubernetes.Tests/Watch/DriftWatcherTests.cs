using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Watch;

[Collection(ApiServer.Collection)]
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class DriftWatcherTests(ApiServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];
    private readonly ClusterApplier _applier = new(server.Client, TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTimeProvider _time = new();
    private DriftWatcher _watcher = null!;
    private KubernetesClient _other = null!;
    private ApplyRequest _request = null!;
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _other = server.Connect(new KubernetesClientOptions { FieldManager = "somebody" });
        _request = new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "motto", "1"), Deployment(2)]);
        var result = await _applier.ApplyAsync(_request, null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        _watcher = new DriftWatcher(server.Client, _time, new RetryPolicy(_time, new Random(1)), NullLogger<DriftWatcher>.Instance);
        var watching = new SemaphoreSlim(0);
        _running = _watcher.RunAsync(
            "set", _shop + "-own", await _applier.IdentifyAsync(_request, default), _ => watching.Release(), _stop.Token);
        for (var kinds = 0; kinds < 3; kinds++)
        {
            Assert.True(await watching.WaitAsync(Bound));
        }
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _stop.Dispose();
        _other.Dispose();
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_ObjectDeletedByHand_AreTold()
    {
        await server.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("motto", _shop);

        Assert.Equal(new DriftNotice(Yaml.ConfigMap(_shop, "motto", "").Id, DriftKind.Deleted), await NextAsync());
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_ValueChangedByAnotherManager_AreTold()
    {
        await _other.ApplyAsync(Yaml.ConfigMap(_shop, "motto", "9"), new ApplyMode { Force = true }, default);

        var notice = await NextAsync();
        Assert.Equal(new DriftNotice(Yaml.ConfigMap(_shop, "motto", "").Id, DriftKind.Changed, "somebody") { Operation = "Apply", Time = notice.Time }, notice);
        Assert.Matches("^'somebody' \\(Apply, 20[0-9-]+T[0-9:]+Z\\)$", notice.Author);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_SpecChangedByAnotherManager_AreTold()
    {
        await _other.ApplyAsync(Deployment(5), new ApplyMode { Force = true }, default);

        Assert.Equal(DriftKind.Changed, (await NextAsync()).Kind);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_DeploymentScaledBySubresource_AreTold()
    {
        var scale = await server.Node.Api.AppsV1.ReadNamespacedDeploymentScaleAsync("web", _shop);
        scale.Spec.Replicas = 0;
        await server.Node.Api.AppsV1.ReplaceNamespacedDeploymentScaleAsync(scale, "web", _shop);

        Assert.Equal((Deployment(2).Id, DriftKind.Changed), await NextAsync() is var notice ? (notice.Id, notice.Kind) : default);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_OurOwnApplyAndForeignObjects_AreNotTold()
    {
        await NextSecondAsync();
        await _applier.ApplyAsync(
            _request with { Objects = [Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "motto", "2"), Deployment(3)] }, null, default);
        await _other.ApplyAsync(Yaml.ConfigMap(_shop, "foreign", "9"), new ApplyMode(), default);

        // What comes next on the same watch shows that nothing came before it.
        await server.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("motto", _shop);
        await server.Node.Api.AppsV1.DeleteNamespacedDeploymentAsync("web", _shop);

        Assert.Equal([DriftKind.Deleted, DriftKind.Deleted], [(await NextAsync()).Kind, (await NextAsync()).Kind]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Requests_WhileNothingHappens_AreOneOpenWatchForEachKind()
    {
        var before = server.Client.RequestCount;

        // Whatever asks at intervals would ask now. A notice after that shows that the watches are the same and still open.
        _time.Advance(TimeSpan.FromMinutes(25));
        await _other.ApplyAsync(Yaml.ConfigMap(_shop, "motto", "9"), new ApplyMode { Force = true }, default);
        await NextAsync();

        // Three kinds; each says that it follows just before it opens its watch.
        Assert.InRange(server.Client.RequestCount - before, 0, 3);
    }

    // The server writes down whole seconds. Two applies of the same fields within one look like one apply and a scale by somebody else.
    private async Task NextSecondAsync()
    {
        var (live, _) = await _other.ApplyAsync(Yaml.ConfigMap(_shop, "clock", "0"), new ApplyMode(), default);
        var before = TimeOf(live);
        for (var i = 1; TimeOf(live) == before; i++)
        {
            (live, _) = await _other.ApplyAsync(Yaml.ConfigMap(_shop, "clock", $"{i}"), new ApplyMode(), default);
        }

        static string TimeOf(JsonObject live) => (string)live["metadata"]!["managedFields"]![0]!["time"]!;
    }

    private Task<DriftNotice> NextAsync() => _watcher.Notices.ReadAsync().AsTask().WaitAsync(Bound);

    private KubernetesObject Deployment(int replicas) => Yaml.ReadOne($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: {{_shop}}}
        spec:
          replicas: {{replicas}}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              containers:
              - {name: web, image: "example.com/web:1", ports: [ { containerPort: 80 } ]}
        """);
}
