using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>On a node where pods really run.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class HealthWaiterNodeTests : IAsyncLifetime
{
    private const int Limit = 600_000;
    private const string Image = "registry.example.com/shop/sleeper:1";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
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
    public async Task Wait_PodsOfEverySort_EndAsTheyMust()
    {
        var good = await WaitAsync(Deployment("good", Image, "sleep 100000"));
        var crashing = await WaitAsync(Deployment("crashing", Image, "echo cannot open the database; exit 3"));
        var noImage = await WaitAsync(Deployment("no-image", "127.0.0.1:1/none:1", "sleep 1"));
        var stuck = await WaitAsync(
            Yaml.ReadOne("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: stuck}\nspec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Mi}}}\n"),
            TimeSpan.FromSeconds(3));

        Assert.IsType<HealthOutcome.Healthy>(good);
        Assert.Contains("CrashLoopBackOff", Assert.Single(Assert.IsType<HealthOutcome.Failed>(crashing).Reasons).Message, StringComparison.Ordinal);
        var details = await new FailureDetails(_client, readsLogs: true, TimeProvider.System).ReadAsync(((HealthOutcome.Failed)crashing).Reasons, default);
        Assert.Contains("  cannot open the database", details);
        Assert.Contains(details, line => line.StartsWith("event of Pod shop/crashing-", StringComparison.Ordinal) && line.Contains("BackOff", StringComparison.Ordinal));
        Assert.Contains("ImagePullBackOff", Assert.Single(Assert.IsType<HealthOutcome.Failed>(noImage).Reasons).Message, StringComparison.Ordinal);
        Assert.Equal("PersistentVolumeClaim shop/stuck", Assert.Single(Assert.IsType<HealthOutcome.TimedOut>(stuck).Missing).Id.ToString());
    }

    [PeerFact(Timeout = Limit)]
    public async Task Wait_NodeIsCordoned_IsTheSitesUntilItIsNot()
    {
        var node = (await _client.ListAsync((await _client.FindTypeAsync("v1", "Node", default))!, new ListSelection(), default)).Items.Single();
        var id = new KubernetesObject(node).Id;
        await _client.PatchAsync(id, Cordon(true), dryRun: false, default);

        var cordoned = await WaitAsync(Deployment("cordoned", Image, "sleep 100000"), TimeSpan.FromSeconds(3));
        await _client.PatchAsync(id, Cordon(false), dryRun: false, default);
        var free = await WaitAsync(Deployment("cordoned", Image, "sleep 100000"));

        var missing = Assert.Single(Assert.IsType<HealthOutcome.TimedOut>(cordoned).Missing);
        Assert.Equal("NodeNotReady", missing.SiteReason);
        Assert.EndsWith($"node {id.Name} is cordoned", missing.Message, StringComparison.Ordinal);
        Assert.IsType<HealthOutcome.Healthy>(free);
    }

    private static JsonArray Cordon(bool isCordoned) => [new JsonObject { ["op"] = "add", ["path"] = "/spec/unschedulable", ["value"] = isCordoned }];

    private async Task<HealthOutcome> WaitAsync(KubernetesObject item, TimeSpan? deadline = null)
    {
        var request = new ApplyRequest(item.Name, "shop-own", "shop", [Yaml.Namespace("shop"), item]);
        var result = await new ClusterApplier(_client, TimeProvider.System).ApplyAsync(request, null, default);
        Assert.True(result.IsComplete, string.Join('\n', result.Changes));
        return await new HealthWaiter(_client, new HealthOptions(), TimeProvider.System)
            .WaitAsync(
                [new HealthGroup(item.Name, [.. result.Changes.Select(change => change.Id)], TimeProvider.System.GetUtcNow() + (deadline ?? Deadline))],
                healthy => healthy.Count == 1,
                null,
                default);
    }

    private static KubernetesObject Deployment(string name, string image, string command) => Yaml.ReadOne($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
        spec:
          selector:
            matchLabels: { app: {{name}} }
          template:
            metadata:
              labels: { app: {{name}} }
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: "{{image}}"
                imagePullPolicy: IfNotPresent
                command: [/bin/busybox, sh, -c, "{{command}}"]
        """);
}
