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

    /// <summary>Why the server refuses the object; null if it takes it.</summary>
    public async Task<string?> RefusalAsync(KubernetesObject item, bool dryRun = true)
    {
        try
        {
            await Client.ApplyAsync(item, new ApplyMode { DryRun = dryRun, Force = true }, CancellationToken.None);
            return null;
        }
        catch (EdgeSyncException refusal)
        {
            return refusal.Message;
        }
    }

    public void Refresh() => Client.RefreshDiscovery();

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        var node = await KubernetesNode.StartAsync(_session, new KubernetesNodeOptions { ApiOnly = true });
        Client = new KubernetesClient(
            Kubeconfig.Load(node.KubeconfigPath), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    protected override async Task StopAsync()
    {
        Client.Dispose();
        await _session.DisposeAsync();
    }
}
