using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>A download has to wait: for its window, or because it does not end before a deadline.</summary>
internal sealed class GateWaitException : EdgeSyncException
{
    public GateWaitException(GateDecision.Wait wait)
        : base(wait.Reason, wait.Message)
    {
        Wait = wait;
        Hint = wait.Hint;
        Disposition = Disposition.Waiting;
    }

    /// <summary>What it waits for.</summary>
    public GateDecision.Wait Wait { get; }
}
