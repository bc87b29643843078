namespace EdgeSync.Testbed.Kubernetes;

/// <summary>A cluster that somebody else runs; the testbed uses it as it is and never stops it.</summary>
internal sealed class ExternalNode(GivenCluster cluster) : INode
{
    public ClusterApi Api { get; } = new(cluster.Kubeconfig);

    public string KubeconfigPath => cluster.Kubeconfig;

    public string? CertificateKubeconfigPath => null;

    public string? RuntimeEndpoint => cluster.RuntimeEndpoint;

    public string? HostsDirectory => cluster.HostsDirectory;

    public Task StartAsync(CancellationToken cancellationToken) => Api.SendAsync(HttpMethod.Get, "/readyz", null, cancellationToken);

    public Task StopAsync(bool atOnce, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartApiAsync(CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public Task StopApiAsync(CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public Task LoadImageAsync(string archive, CancellationToken cancellationToken) => Task.FromException(NotOurs());

    private static TestbedException NotOurs() =>
        new("NotOurs", "The testbed does not own the cluster of EDGESYNC_KUBECONFIG: it neither stops it nor gives it images.");
}
