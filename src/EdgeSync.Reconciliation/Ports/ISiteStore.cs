using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>
/// The site's durable state: one record for each channel, and the ledger. A commit is one transaction that is on disk when the call returns, so that
/// nobody ever sees a step without its acknowledgements, whenever the power fails.
/// </summary>
public interface ISiteStore
{
    /// <summary>The channel's record; an empty one for a channel that was never seen.</summary>
    ChannelRecord Load(string channel);

    /// <summary>Writes the record and appends signed acknowledgements to the ledger, together or not at all.</summary>
    void Commit(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements);
}
