using EdgeSync.Kubernetes.Api;

namespace EdgeSync.Agent.Cluster;

/// <summary>
/// The client of the local API server, made at its first use: at a cold boot the agent is up before the cluster, and its kubeconfig may not even
/// be there.
/// </summary>
internal sealed class ClusterConnection(string kubeconfig, TimeProvider certificateTime, TimeProvider time, Random random) : IDisposable
{
    public const string FieldManager = "edgesync";

    private readonly Lock _lock = new();
    private KubernetesClient? _client;

    /// <summary>Raises <see cref="KubernetesApiException"/> while the kubeconfig cannot be read; ask again later.</summary>
    public KubernetesClient Client
    {
        get
        {
            lock (_lock)
            {
                return _client ??= new KubernetesClient(
                    Kubeconfig.Load(kubeconfig),
                    new KubernetesClientOptions { FieldManager = FieldManager, CertificateTime = certificateTime },
                    time,
                    new Random(random.Next()));
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _client?.Dispose();
            _client = null;
        }
    }
}
