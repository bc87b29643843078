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

    /// <summary>
    /// Brings every object of the bundle to what the bundle says. All that the cluster refuses is reported at once; if a trial run already
    /// finds a refusal, nothing is written. Safe to call again.
    /// </summary>
    Task<ApplyReport> ApplyAsync(StagedBundle bundle, IProgress<PipelineProgress> progress, CancellationToken cancellationToken);

    /// <summary>Waits until every object is healthy, one cannot become healthy any more, or the deadline is over.</summary>
    Task<HealthReport> AwaitHealthAsync(
        StagedBundle bundle, TimeSpan deadline, IProgress<PipelineProgress> progress, CancellationToken cancellationToken);

    /// <summary>Deletes what the cluster has from this channel and the bundle does not; protected kinds only where allowed.</summary>
    Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken);

    /// <summary>
    /// Reports, until cancelled, each time that somebody else changed an object of the bundle. Never ends by itself; reconnects for ever.
    /// </summary>
    IAsyncEnumerable<string> WatchDriftAsync(StagedBundle bundle, CancellationToken cancellationToken);
}
