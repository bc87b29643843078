using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Fields;

/// <summary>A change of an ignored field is no drift: no notice, and so no request.</summary>
[Collection(ApiServer.Collection)]
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class IgnoredDriftTests(ApiServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private readonly string _shop = $"drift{Guid.NewGuid():N}"[..14];
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTimeProvider _time = new();
    private DriftWatcher _watcher = null!;
    private KubernetesClient _autoscaler = null!;
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _autoscaler = server.Connect(new KubernetesClientOptions { FieldManager = "autoscaler" });
        var applier = new ClusterApplier(server.Client, TimeProvider.System);
        var request = new ApplyRequest("set", _shop + "-own", _shop, [Yaml.Namespace(_shop), Web, Settings]);
        Assert.True((await applier.ApplyAsync(request, null, default)).IsComplete);
        _watcher = new DriftWatcher(server.Client, _time, new RetryPolicy(_time, new Random(1)), NullLogger<DriftWatcher>.Instance);
        using var watching = new SemaphoreSlim(0);
        _running = _watcher.RunAsync("set", _shop + "-own", await applier.IdentifyAsync(request, default), _ => watching.Release(), _stop.Token);
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
        _autoscaler.Dispose();
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Notices_IgnoredFieldsChange_AreNotTold()
    {
        var before = server.Client.RequestCount;
        await PatchAsync(Web, """{"spec": {"replicas": 5}}""");
        var scale = await server.Node.Api.AppsV1.ReadNamespacedDeploymentScaleAsync("web", _shop);
        scale.Spec.Replicas = 6;
        await server.Node.Api.AppsV1.ReplaceNamespacedDeploymentScaleAsync(scale, "web", _shop);
        await PatchAsync(Web, """{"metadata": {"annotations": {"example.com/turn": "2"}}}""");
        await PatchAsync(Settings, """{"data": {"theirs": "2"}}""");

        // What comes next on the same watches shows that nothing came before it.
        await PatchAsync(Web, """{"spec": {"paused": true, "minReadySeconds": 4}}""");
        await PatchAsync(Settings, """{"data": {"ours": "2"}}""");
        var kinds = new[] { (await NextAsync()).Id.Kind, (await NextAsync()).Id.Kind };

        Assert.Equal(["ConfigMap", "Deployment"], kinds.Order(StringComparer.Ordinal));
        Assert.False(_watcher.Notices.TryRead(out _));

        // A watch says that it follows just before it is opened.
        Assert.InRange(server.Client.RequestCount - before, 0, 3);
    }

    private KubernetesObject Web => Yaml.ReadOne($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: {{_shop}}, annotations: { example.com/turn: "1" } }
        spec:
          replicas: 2
          minReadySeconds: 3
          selector: { matchLabels: { app: web } }
          template: {metadata: { labels: { app: web } }, spec: {containers: [{name: web, image: a}] } }
        """).WithIgnore([new IgnoreRule { Kind = "Deployment", Fields = ["/spec/replicas", "/metadata/annotations/example.com~1turn"] }]);

    private KubernetesObject Settings => Yaml.ReadOne($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: {{_shop}}, annotations: { edgesync.dev/ignore: /data/theirs } }
        data: {ours: "1", theirs: "1"}
        """);

    private Task<JsonObject> PatchAsync(KubernetesObject item, string patch) => _autoscaler.PatchAsync(item.Id, JsonNode.Parse(patch)!, dryRun: false, default);

    private Task<DriftNotice> NextAsync() => _watcher.Notices.ReadAsync().AsTask().WaitAsync(Bound);
}
