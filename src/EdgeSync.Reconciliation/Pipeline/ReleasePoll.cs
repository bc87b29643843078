using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Polls the channel and commits what <see cref="DiscoverStep"/> makes of the answer. Used by one caller at a time.</summary>
internal sealed class ReleasePoll(ChannelJournal journal, PipelineSteps steps, ISiteTrust trust)
{
    private long _polledTrust;

    /// <summary>The record as it was before a new release was accepted; null where none was.</summary>
    public async Task<ChannelRecord?> RunAsync(CancellationToken cancellationToken)
    {
        var generation = trust.Generation;
        if (_polledTrust != generation)
        {
            _polledTrust = generation;
            journal.ForgetRefusals();
        }

        ChannelRecord before;
        Discovery discovery;
        do
        {
            // Asked again where somebody lifted a quarantine in the meantime.
            before = journal.Record;
            discovery = await steps.Discover.RunAsync(before, cancellationToken);
        }
        while (!journal.TryCommit(before, discovery.Transition));

        if (discovery.Accepted is not { } accepted)
        {
            return null;
        }

        steps.Prepare.Adopt(accepted, generation);
        return before;
    }
}
