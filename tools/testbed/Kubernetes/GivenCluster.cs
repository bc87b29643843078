namespace EdgeSync.Testbed.Kubernetes;

/// <summary>A cluster that somebody else runs. Tests with pods and images need its node on this machine.</summary>
/// <param name="Kubeconfig">For an administrator.</param>
/// <param name="RuntimeEndpoint">The runtime's CRI socket, <c>unix:///…</c>, or null.</param>
/// <param name="HostsDirectory">containerd's <c>certs.d</c>, or null.</param>
public sealed record GivenCluster(string Kubeconfig, string? RuntimeEndpoint = null, string? HostsDirectory = null)
{
    /// <summary>
    /// The cluster that <c>EDGESYNC_KUBECONFIG</c> names, or null. The other two do not begin with <c>EDGESYNC_</c>, because the agent takes such
    /// for keys of its configuration.
    /// </summary>
    public static GivenCluster? FromEnvironment() => Read("EDGESYNC_KUBECONFIG") is { } kubeconfig
        ? new GivenCluster(kubeconfig, Read("TESTBED_RUNTIME_ENDPOINT"), Read("TESTBED_HOSTS_DIRECTORY"))
        : null;

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
