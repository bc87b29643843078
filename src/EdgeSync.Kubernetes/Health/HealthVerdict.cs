namespace EdgeSync.Kubernetes.Health;

/// <summary>How an object is, and why.</summary>
/// <param name="Status">The status.</param>
/// <param name="Message">What is missing or wrong, in words; empty where all is well.</param>
public sealed record HealthVerdict(HealthStatus Status, string Message)
{
    internal static HealthVerdict Current { get; } = new(HealthStatus.Current, "");

    internal static HealthVerdict InProgress(string message) => new(HealthStatus.InProgress, message);

    internal static HealthVerdict Failed(string message) => new(HealthStatus.Failed, message);
}
