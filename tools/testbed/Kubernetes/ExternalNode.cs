using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>A cluster that somebody else runs; it is used as it is, and never stopped.</summary>
internal sealed class ExternalNode(GivenCluster cluster) : INode
{
    private readonly Kubectl _kubectl = new(PeerTool.Installed("kubectl"), [], cluster.Kubeconfig);

    public string KubeconfigPath => cluster.Kubeconfig;

    public string? CertificateKubeconfigPath => null;

    public string? RuntimeEndpoint => cluster.RuntimeEndpoint;

    public string? HostsDirectory => cluster.HostsDirectory;

    public Task StartAsync(CancellationToken cancellationToken) => _kubectl.SendAsync(HttpMethod.Get, "/readyz", null, cancellationToken);

    public Task StopAsync(bool atOnce, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartApiAsync(CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public Task StopApiAsync(CancellationToken cancellationToken) => Task.FromException(NotOurs());

    public Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken) =>
        _kubectl.SendAsync(method, path, json, cancellationToken);

    public Task LoadImageAsync(string archive, CancellationToken cancellationToken) => Task.FromException(NotOurs());

    private static TestbedException NotOurs() =>
        new("NotOurs", "The cluster of EDGESYNC_KUBECONFIG is not the testbed's: it is neither stopped nor given images.");
}
