namespace EdgeSync.Kubernetes.Health;

/// <summary>How an object is, in kstatus' words.</summary>
public enum HealthStatus
{
    /// <summary>It is what its spec says.</summary>
    Current,

    /// <summary>It is on its way there.</summary>
    InProgress,

    /// <summary>It cannot get there by itself.</summary>
    Failed,

    /// <summary>It is being deleted.</summary>
    Terminating,
}
