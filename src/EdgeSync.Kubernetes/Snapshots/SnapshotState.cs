namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>How far the snapshot of a volume is.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Message">Why, for people; empty where it can be used.</param>
public sealed record SnapshotState(SnapshotPhase Phase, string Message)
{
    /// <summary>The name of the VolumeSnapshot, in the claim's namespace; null where there is none.</summary>
    public string? Name { get; init; }

    /// <summary>From when the content is, UTC; null until it is known.</summary>
    public DateTimeOffset? TakenAt { get; init; }
}

/// <summary>The phases of a snapshot.</summary>
public enum SnapshotPhase
{
    /// <summary>There is nothing to make a snapshot of: the claim does not exist, or has no volume yet.</summary>
    NotNeeded,

    /// <summary>The cluster cannot make snapshots of this volume.</summary>
    Unavailable,

    /// <summary>It is not made yet, or cannot be used yet.</summary>
    Pending,

    /// <summary>The driver of the volume reports an error. It may still succeed: drivers try again.</summary>
    Failing,

    /// <summary>It can be used.</summary>
    Ready,
}
