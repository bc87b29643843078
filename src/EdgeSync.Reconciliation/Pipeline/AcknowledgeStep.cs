using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 10, after every other step. Makes a transition durable: the channel's next record and the signed acknowledgements of what happened, in one
/// transaction. From there the ledger delivers them to HQ. Only <see cref="ChannelStateMachine"/> calls it.
/// </summary>
internal sealed class AcknowledgeStep(ISiteStore store, PipelineMetrics metrics, ILogger logger)
{
    /// <summary>The record is on disk when this returns.</summary>
    public ChannelRecord Run(Transition transition)
    {
        store.Commit(transition.Record, transition.Acknowledgements);
        metrics.AddAcknowledgements(transition.Record.Channel, transition.Acknowledgements);
        transition.Log?.Invoke(logger);
        return transition.Record;
    }
}

/// <summary>What a step wants to have committed.</summary>
/// <param name="Record">The channel's next record.</param>
/// <param name="Acknowledgements">What the ledger is to say about it.</param>
internal sealed record Transition(ChannelRecord Record, params IReadOnlyList<AcknowledgementDraft> Acknowledgements)
{
    /// <summary>Logs it; called once it is on disk.</summary>
    public Action<ILogger>? Log { get; init; }
}
