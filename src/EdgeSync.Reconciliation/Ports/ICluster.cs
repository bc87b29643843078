using EdgeSync.Reconciliation.Staging;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>The local cluster. Only a <see cref="StagedBundle"/> can be written to it.</summary>
public interface ICluster : IClusterVersion
{
    /// <summary>
    /// Says what activating would delete, and writes nothing. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when
    /// the cluster does not answer.
    /// </summary>
    Task<PrunePreview> PreviewPruneAsync(StagedBundle bundle, CancellationToken cancellationToken);

    /// <summary>Begins to change the cluster to what the bundle says; nothing is sent yet.</summary>
    IClusterChange Begin(StagedBundle bundle);

    /// <summary>Deletes what the cluster has from this channel and the bundle does not; protected kinds only where allowed.</summary>
    Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken);

    /// <summary>
    /// Reports, until cancelled, each time that somebody else changed an object of the bundle. Never ends by itself; reconnects for ever.
    /// </summary>
    IAsyncEnumerable<DriftSign> WatchDriftAsync(StagedBundle bundle, CancellationToken cancellationToken);
}
