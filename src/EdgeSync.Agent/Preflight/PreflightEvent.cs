using EdgeSync.Contracts.Checks;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Preflight;

/// <summary>What happens in a preflight, as the agent streams it: one line of <c>edgesync preflight --output json</c>.</summary>
/// <param name="Event"><c>begin</c>, <c>progress</c>, <c>check</c> or <c>report</c>.</param>
/// <param name="At">When, UTC.</param>
internal sealed record PreflightEvent(string Event, DateTimeOffset At)
{
    public string? Site { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public PipelineProgress? Progress { get; init; }

    public CheckResult? Check { get; init; }

    public PreflightReport? Report { get; init; }

    /// <summary>Why the report is not in the ledger, or null.</summary>
    public string? NotInLedger { get; init; }
}
