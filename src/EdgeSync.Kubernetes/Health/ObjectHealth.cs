using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>How far one object is, and in words what is missing.</summary>
public sealed record ObjectHealth(ObjectId Id, HealthState State, string Message)
{
    /// <summary>The reason code where the site keeps the object from becoming healthy (a used-up quota, a missing right), or null.</summary>
    public string? SiteReason { get; init; }

    /// <summary>The object and what is missing.</summary>
    public override string ToString() => $"{Id}: {Message}";
}
