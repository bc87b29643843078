using EdgeSync.Bundles.Reading;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>
/// One change of the cluster to what a bundle says, component by component. Safe to begin anew at any time: what is done is found done.
/// </summary>
public interface IClusterChange
{
    /// <summary>
    /// Brings the objects of these components to what the bundle says, as one set in the order of their kinds. The first call tries all
    /// objects of the bundle: if one is refused, nothing is written. All that the cluster refuses is reported at once.
    /// </summary>
    Task<ApplyReport> ApplyAsync(
        IReadOnlyList<BundleComponent> components, IProgress<PipelineProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until those of the applied components that are healthy are enough, an object of one of them cannot become healthy any more, or the
    /// deadline of one of them is over.
    /// </summary>
    Task<HealthReport> AwaitHealthAsync(
        IReadOnlyList<AwaitedComponent> components,
        Func<IReadOnlySet<string>, bool> isEnough,
        IProgress<PipelineProgress> progress,
        CancellationToken cancellationToken);
}
