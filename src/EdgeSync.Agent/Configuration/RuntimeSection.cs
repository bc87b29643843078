using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>runtime</c>: the container runtime of this host.</summary>
/// <param name="SocketPath">The Unix socket of its CRI service; null for <c>none</c>; then the kubelet pulls the images.</param>
internal sealed record RuntimeSection(string? SocketPath)
{
    private const string Scheme = "unix://";

    public static RuntimeSection Read(YamlSection reader)
    {
        var endpoint = reader.OptionalText("endpoint") ?? "unix:///run/k3s/containerd/containerd.sock";
        if (endpoint == "none")
        {
            return new RuntimeSection(SocketPath: null);
        }

        if (!endpoint.StartsWith(Scheme + '/', StringComparison.Ordinal))
        {
            reader.Fault("endpoint", $"'{endpoint}' is no Unix socket; write unix:///PATH, or none");
        }
        else if (!SocketAddress.Fits(endpoint[Scheme.Length..]))
        {
            reader.Fault("endpoint", $"the path is too long; a socket's path has at most {SocketAddress.MaxLength} bytes");
        }

        return new RuntimeSection(endpoint[Math.Min(Scheme.Length, endpoint.Length)..]);
    }
}
