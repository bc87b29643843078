using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>
/// Notices when the channel's newest record has expired and nothing newer came. It may be that nobody released anything, and it may be that somebody
/// keeps newer releases away; the site cannot tell, so it says so, once, and begins no change until a fresh record comes.
/// </summary>
internal sealed class FreshnessStep(ISiteStore store, TimeProvider time)
{
    /// <summary>What people read.</summary>
    public static string Describe(ChannelRecord record) =>
        $"the newest release of this channel, {record.HighestSeen?.Describe()}, expired at {record.NewestExpires:u}, and nothing newer came: "
        + "either nobody released anything since, or somebody keeps newer releases away";

    /// <summary>What people can do.</summary>
    public const string Hint =
        "Publish the wanted bundle again under a higher sequence and with a later expiry; where that was done, look into the registry and the link. "
        + "What runs is looked after as before.";

    /// <summary>Returns the record after the look at the clock, committed where it differs.</summary>
    public ChannelRecord Run(ChannelRecord record)
    {
        var isExpired = record.NewestExpires is { } end && time.GetUtcNow() >= end;
        if (isExpired == record.FrozenSince is not null)
        {
            return record;
        }

        // Fresh again without a new record: the clock was put right.
        var next = record with { FrozenSince = isExpired ? time.GetUtcNow() : null };
        store.Commit(next, isExpired ? [Say(next)] : []);
        return next;
    }

    private static AcknowledgementDraft Say(ChannelRecord record) =>
        new(AcknowledgementEvent.Waiting, record.Target is { } target && target.Payload == record.HighestSeen?.Payload ? target.Summary : null)
        {
            Stage = PipelineStage.Discover,
            Reason = ReasonCodes.FreezeSuspected,
            Message = $"channel {record.Channel}: {Describe(record)}",
        };
}
