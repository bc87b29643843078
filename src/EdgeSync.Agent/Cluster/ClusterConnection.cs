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

    // The client of the agent's own login has the empty name.
    private readonly Dictionary<string, KubernetesClient> _clients = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Raises <see cref="KubernetesApiException"/> while the kubeconfig cannot be read; try again later.</summary>
    public KubernetesClient Client => ClientFor(user: null);

    /// <summary>A client that writes objects as this user, or as the agent itself (null). Raises as <see cref="Client"/> does.</summary>
    public KubernetesClient ClientFor(string? user)
    {
        lock (_lock)
        {
            if (!_clients.TryGetValue(user ?? "", out var client))
            {
                var options = new KubernetesClientOptions { FieldManager = FieldManager, CertificateTime = certificateTime, ImpersonatedUser = user };
                _clients[user ?? ""] = client = new KubernetesClient(Kubeconfig.Load(kubeconfig), options, time, retries);
            }

            return client;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var client in _clients.Values)
            {
                client.Dispose();
            }

            _clients.Clear();
        }
    }
}
