namespace EdgeSync.Kubernetes.Api;

/// <summary>How one object is applied.</summary>
public sealed record ApplyMode
{
    /// <summary>Only return what the result would be. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Take fields over that another manager owns. Default: false.</summary>
    public bool Force { get; init; }

    /// <summary>Write as the agent itself where <see cref="KubernetesClientOptions.ImpersonatedUser"/> names another. Default: false.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The field manager; null means the client's own.</summary>
    public string? Manager { get; init; }
}
