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

    /// <summary>Starts this API server for custom resources beside the node's own, with the same database and logins. Returns its port and a client.</summary>
    Task<(int Port, ClusterApi Api)> StartExtensionsAsync(string program, CancellationToken cancellationToken) =>
        throw new TestbedException("NotOwn", "An API server for extensions needs a node of the testbed's own.");

    Task LoadImageAsync(string archive, CancellationToken cancellationToken);
}
