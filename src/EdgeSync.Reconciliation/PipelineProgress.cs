using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Reconciliation;

/// <summary>One step forward, for people who watch.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Message">What happens, on what.</param>
/// <param name="Done">How much is done, in the stage's own unit (bytes, images, objects), or null.</param>
/// <param name="Total">How much there is, in the same unit, or null.</param>
public sealed record PipelineProgress(string Channel, PipelineStage Stage, string Message, long? Done = null, long? Total = null)
{
    /// <summary>What must happen before it goes on, in words, or null where nothing in particular is waited for.</summary>
    public string? WaitingFor { get; init; }
}
