namespace EdgeSync.Kubernetes.Watch;

/// <summary>What another client did to an object.</summary>
public enum DriftKind
{
    /// <summary>It was deleted, or lost the label that makes it a member.</summary>
    Deleted,

    /// <summary>It was changed; only a diff shows whether a field of ours changed.</summary>
    Changed,
}
