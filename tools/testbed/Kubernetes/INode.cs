namespace EdgeSync.Testbed.Kubernetes;

/// <summary>One way of having a cluster.</summary>
internal interface INode
{
    string KubeconfigPath { get; }

    string? CertificateKubeconfigPath { get; }

    string? RuntimeEndpoint { get; }

    string? HostsDirectory { get; }

    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(bool atOnce, CancellationToken cancellationToken);

    Task StartApiAsync(CancellationToken cancellationToken);

    Task StopApiAsync(CancellationToken cancellationToken);

    Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken);

    Task LoadImageAsync(string archive, CancellationToken cancellationToken);
}
