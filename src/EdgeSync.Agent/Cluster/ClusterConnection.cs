using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Cluster;

/// <summary>
/// The client of the local API server. It is made at its first use, because at a cold boot the agent starts before the cluster, and the kubeconfig may
/// not exist yet.
/// </summary>
internal sealed class ClusterConnection(string kubeconfig, TimeProvider certificateTime, TimeProvider time, RetryPolicy retries) : IDisposable
{
    public const string FieldManager = "edgesync";

    private readonly Lock _lock = new();
    private KubernetesClient? _client;

    /// <summary>Raises <see cref="KubernetesApiException"/> while the kubeconfig cannot be read; try again later.</summary>
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
                    retries);
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
