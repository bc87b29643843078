using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>
/// What one stage of a release took. Kept for <see cref="PipelineStage.Fetch"/> (with bytes), for <see cref="PipelineStage.Stage"/>, for
/// <see cref="PipelineStage.Confirm"/>, which is a whole activation from its first write or hook until it is healthy, and for <see cref="PipelineStage.Rollback"/>.
/// A stage that failed, or was interrupted and resumed, is not kept.
/// </summary>
/// <param name="Stage">The stage.</param>
/// <param name="Took">How long it took.</param>
/// <param name="At">When it ended, by the site's clock, UTC.</param>
public sealed record StageDuration(PipelineStage Stage, TimeSpan Took, DateTimeOffset At)
{
    /// <summary>How many bytes came over the link; null for stages that fetch nothing.</summary>
    public long? Bytes { get; init; }
}
