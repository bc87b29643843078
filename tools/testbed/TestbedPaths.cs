namespace EdgeSync.Testbed;

/// <summary>Where the testbed keeps what outlives a run: fetched tools, built binaries, the records of runs.</summary>
internal static class TestbedPaths
{
    public static string Cache { get; } = Path.Combine(CacheHome(), "edgesync");

    public static string Runs { get; } = Path.Combine(Cache, "testbed", "runs");

    public static string Ports { get; } = Path.Combine(Cache, "testbed", "ports");

    public static string Tools { get; } = Path.Combine(Cache, "tools");

    /// <summary>The Kubernetes binaries; the place is shared with the script that builds them.</summary>
    public static string Kubernetes { get; } =
        Environment.GetEnvironmentVariable("KUBE_CACHE") is { Length: > 0 } chosen ? chosen : Path.Combine(CacheHome(), "kube-from-debian");

    private static string CacheHome() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
