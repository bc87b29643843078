namespace EdgeSync.Kubernetes.Health;

/// <summary>How far an object is (the words of kstatus).</summary>
public enum HealthState
{
    /// <summary>It is what it should be, and works.</summary>
    Current,

    /// <summary>It is on its way.</summary>
    InProgress,

    /// <summary>It cannot get there by itself.</summary>
    Failed,
}
