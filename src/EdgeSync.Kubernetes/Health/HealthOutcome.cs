using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>How waiting for health ended.</summary>
/// <param name="Status">Current: all are. Failed: one cannot become so. InProgress: the time is over.</param>
/// <param name="Unhealthy">The objects that are not current, and why.</param>
public sealed record HealthOutcome(HealthStatus Status, IReadOnlyList<(ObjectId Id, string Message)> Unhealthy);
