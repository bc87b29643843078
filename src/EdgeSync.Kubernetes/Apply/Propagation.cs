namespace EdgeSync.Kubernetes.Apply;

/// <summary>What happens to what depends on a deleted object.</summary>
public enum Propagation
{
    /// <summary>It is deleted afterwards.</summary>
    Background,

    /// <summary>It is deleted first.</summary>
    Foreground,
}
