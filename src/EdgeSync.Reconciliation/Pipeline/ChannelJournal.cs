using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// The durable record of one channel. Each commit is made from the record as it is at that moment, so that a person who lifts a quarantine and the walk of
/// a release do not overwrite each other. Safe for use by several threads.
/// </summary>
internal sealed class ChannelJournal(ChannelRecord record, AcknowledgeStep acknowledge)
{
    private readonly Lock _lock = new();
    private volatile ChannelRecord _record = WithRefusalsForgotten(record);

    /// <summary>The record as it is now.</summary>
    public ChannelRecord Record => _record;

    /// <summary>Commits what <paramref name="make"/> gives, if anything; true where it gave something. On disk when this returns.</summary>
    public bool Commit(Func<ChannelRecord, Transition?> make)
    {
        lock (_lock)
        {
            if (make(_record) is not { } transition)
            {
                return false;
            }

            _record = acknowledge.Run(transition);
            return true;
        }
    }

    /// <summary>Commits this, if the record is still the one that it was made from.</summary>
    public bool TryCommit(ChannelRecord before, Transition transition)
    {
        lock (_lock)
        {
            return ReferenceEquals(_record, before) && (transition.Record == before || Commit(_ => transition));
        }
    }

    /// <summary>What was refused or passed over may be accepted under today's configuration and trust: the next poll looks at it again.</summary>
    public void ForgetRefusals()
    {
        lock (_lock)
        {
            _record = WithRefusalsForgotten(_record);
        }
    }

    private static ChannelRecord WithRefusalsForgotten(ChannelRecord record) =>
        record.Refused is null && record.ForOthers is null ? record : record with { SeenArtifact = null };
}
