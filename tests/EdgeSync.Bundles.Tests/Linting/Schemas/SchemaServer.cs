using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Bundles.Tests.Linting.Schemas;

/// <summary>A real API server of Kubernetes 1.20 that says what it refuses.</summary>
public sealed class SchemaServer : PeerFixture
{
    private TestbedSession _session = null!;
    private KubernetesClient Client { get; set; } = null!;

    /// <summary>Why the server refuses the object; null if it takes it. A server that does not answer is no refusal, and fails the test.</summary>
    public async Task<string?> RefusalAsync(KubernetesObject item, bool dryRun = true)
    {
        try
        {
            await Client.ApplyAsync(item, new ApplyMode { DryRun = dryRun, Force = true }, CancellationToken.None);
            return null;
        }
        catch (EdgeSyncException refusal) when (refusal.Reason is not (ApiReasons.ClusterUnreachable or ApiReasons.ClusterTimeout or ApiReasons.ClusterBusy))
        {
            return refusal.Message;
        }
    }

    /// <summary>Why the server refuses each of the objects, in order; null for one that it takes.</summary>
    public async Task<string?[]> RefusalsAsync(IReadOnlyList<KubernetesObject> items)
    {
        var refusals = new string?[items.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => refusals[i] = await RefusalAsync(items[i]));
        return refusals;
    }

    public void Refresh() => Client.RefreshDiscovery();

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        var node = await KubernetesNode.StartAsync(_session, new KubernetesNodeOptions { ApiOnly = true });

        // Kubernetes 1.20 refuses a wrong type with status 500, after which a client tries again.
        Client = new KubernetesClient(
            Kubeconfig.Load(node.KubeconfigPath), new KubernetesClientOptions { MaxAttempts = 1 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    protected override async Task StopAsync()
    {
        Client.Dispose();
        await _session.DisposeAsync();
    }
}
