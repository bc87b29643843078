using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>
/// The snapshots of volumes that one ApplySet has made (<c>VolumeSnapshot</c> of <c>snapshot.storage.k8s.io/v1</c>). Each method throws
/// <see cref="KubernetesApiException"/> when the cluster does not answer or refuses, and is safe to call again.
/// </summary>
public interface IVolumeSnapshots
{
    /// <summary>What would come of a snapshot of the claim: not needed, unavailable, or pending. Writes nothing.</summary>
    Task<SnapshotState> CheckAsync(SnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the snapshot, unless it was made for this attempt already: an attempt has one snapshot of a claim, also after a restart. <paramref name="content"/> says what
    /// it is made before.
    /// </summary>
    Task<SnapshotState> StartAsync(SnapshotRequest request, string content, string attempt, CancellationToken cancellationToken);

    /// <summary>How far a snapshot is that was made before.</summary>
    Task<SnapshotState> LookAsync(SnapshotRequest request, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Gives claims the content of snapshots back: removes the workloads of the ApplySet that use them, keeps the old volumes, and makes the claims again. The
    /// caller then applies the workloads that are wanted. What cannot be restored is in the result and was not touched. Throws where it has begun and cannot go on
    /// now; it must be called again then, before anything is applied.
    /// </summary>
    Task<IReadOnlyList<ClaimRestore>> RestoreAsync(IReadOnlyList<(ObjectId Claim, string Snapshot)> claims, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the snapshots of the ApplySet, and no others, except those with these names, those of the last attempt at <paramref name="content"/> (null: none), and those
    /// of the newest <paramref name="attempts"/> of all other attempts. True where some are left.
    /// </summary>
    Task<bool> CleanAsync(IReadOnlyCollection<string> names, string? content, int attempts, CancellationToken cancellationToken);
}

/// <summary>What became of a claim that was to get the content of a snapshot back.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Snapshot">The name of the VolumeSnapshot.</param>
public sealed record ClaimRestore(ObjectId Claim, string Snapshot)
{
    /// <summary>Why it was not restored; null where it was.</summary>
    public string? Obstacle { get; init; }

    /// <summary>From when the content is, UTC, where it was restored.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>The PersistentVolumes that keep what the claim had before; none where it had no volume.</summary>
    public IReadOnlyList<string> KeptVolumes { get; init; } = [];
}
