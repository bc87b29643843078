using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>How far one object is, and in words what is missing.</summary>
public sealed record ObjectHealth(ObjectId Id, HealthState State, string Message)
{
    /// <summary>The message of an object of which there is nothing to say.</summary>
    internal const string Done = "current";

    /// <summary>
    /// Whether the object is as far as it can get now, and people have to know why that is not all: a paused Deployment, a claim that waits for its first pod.
    /// </summary>
    public bool IsHeldBack => State == HealthState.Current && Message != Done;

    /// <summary>The reason code where the site keeps the object from becoming healthy (a used-up quota, a missing right), or null.</summary>
    public string? SiteReason { get; init; }

    /// <summary>The object and what is missing.</summary>
    public override string ToString() => $"{Id}: {Message}";
}
