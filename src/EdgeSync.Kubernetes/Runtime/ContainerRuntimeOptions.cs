namespace EdgeSync.Kubernetes.Runtime;

/// <summary>Where the container runtime is and how long it may take.</summary>
public sealed record ContainerRuntimeOptions
{
    /// <summary>The path of the CRI socket, without <c>unix://</c>.</summary>
    public required string SocketPath { get; init; }

    /// <summary>How long a question may take. Default: 15 seconds; a disk under load makes containerd slow.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a pull may take. Default: 10 minutes; the bytes come from loopback, and a large image is unpacked to a slow disk.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
