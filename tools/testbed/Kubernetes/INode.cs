namespace EdgeSync.Testbed.Kubernetes;

/// <summary>One kind of cluster.</summary>
internal interface INode
{
    /// <summary>The API server's client; usable once <see cref="StartAsync"/> is done.</summary>
    ClusterApi Api { get; }

    string KubeconfigPath { get; }

    string? CertificateKubeconfigPath { get; }

    string? RuntimeEndpoint { get; }

    string? HostsDirectory { get; }

    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(bool atOnce, CancellationToken cancellationToken);

    Task StartApiAsync(CancellationToken cancellationToken);

    Task StopApiAsync(CancellationToken cancellationToken);

    Task LoadImageAsync(string archive, CancellationToken cancellationToken);
}
