using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Reconciliation;

/// <summary>One piece of progress, for the people who watch a pass.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Message">What is being done, and to what.</param>
/// <param name="Done">How much is done, in the stage's own unit (bytes, images, objects), or null.</param>
/// <param name="Total">How much there is, in the same unit, or null.</param>
public sealed record PipelineProgress(string Channel, PipelineStage Stage, string Message, long? Done = null, long? Total = null)
{
    /// <summary>What the pipeline waits for before it goes on, in words; null where it waits for nothing in particular.</summary>
    public string? WaitingFor { get; init; }
}
