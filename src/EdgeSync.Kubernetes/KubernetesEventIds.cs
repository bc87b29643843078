namespace EdgeSync.Kubernetes;

/// <summary>The ids of this project's log events, 5000 to 5999. Append only; never reused.</summary>
internal static class KubernetesEventIds
{
    public const int WatchBroken = 5000;
    public const int WatchStarted = 5001;
    public const int ObjectDrifted = 5002;
}
