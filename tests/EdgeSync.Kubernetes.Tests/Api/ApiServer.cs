using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Kubernetes.Tests.Api;

/// <summary>A real API server without a node, shared by the tests of the collection; each test has a namespace of its own.</summary>
public sealed class ApiServer : PeerFixture
{
    public const string Collection = "api server";
    public const int Limit = 120_000;

    /// <summary>In milliseconds, for a test that may have to build a server.</summary>
    public const int LongLimit = 3_000_000;

    private readonly Lazy<Task<ExtensionsServer>> _extensions;
    private TestbedSession _session = null!;

    public ApiServer() => _extensions = new(() => Node.StartExtensionsAsync());

    public KubernetesNode Node { get; private set; } = null!;

    public KubernetesClient Client { get; private set; } = null!;

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        Node = await KubernetesNode.StartAsync(_session, new KubernetesNodeOptions { ApiOnly = true });
        Client = Connect();
    }

    public KubernetesClient Connect(KubernetesClientOptions? options = null) =>
        new(Kubeconfig.Load(Node.KubeconfigPath), options ?? new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));

    /// <summary>A server of the current version of Kubernetes for custom resources, a part of this cluster.</summary>
    public Task<ExtensionsServer> ExtensionsAsync() => _extensions.Value;

    protected override async Task StopAsync()
    {
        Client.Dispose();
        await _session.DisposeAsync();
    }
}
