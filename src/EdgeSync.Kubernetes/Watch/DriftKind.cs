namespace EdgeSync.Kubernetes.Watch;

/// <summary>What somebody else did to an object.</summary>
public enum DriftKind
{
    /// <summary>It was deleted, or lost the label that makes it a member.</summary>
    Deleted,

    /// <summary>It was changed; a diff tells whether anything of ours.</summary>
    Changed,
}
