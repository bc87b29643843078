using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Notices that the channel's newest record has expired and nothing newer has come. Either nobody released anything, or somebody holds newer releases
/// back; the site cannot tell which. It reports this once, and begins no change until a fresh record comes.
/// </summary>
internal static class FreshnessCheck
{
    /// <summary>What people can do.</summary>
    public const string Hint =
        "Publish the wanted bundle again with a higher sequence and a later expiry; if you did, check the registry and the link. "
        + "The site keeps running and repairing what it has.";

    /// <summary>What people read.</summary>
    public static string Describe(ChannelRecord record) =>
        $"the newest release of this channel, {record.HighestSeen?.Describe()}, expired at {record.NewestExpires:u}, and nothing newer came: "
        + "either nobody released anything since, or somebody keeps newer releases away";

    /// <summary>The transition to commit, or null where nothing changed.</summary>
    public static Transition? Run(ChannelRecord record, DateTimeOffset now)
    {
        var isExpired = now >= record.NewestExpires;
        if (isExpired == record.FrozenSince is not null)
        {
            return null;
        }

        // Fresh again without a new record: somebody corrected the clock.
        var next = record with { FrozenSince = isExpired ? now : null };
        return isExpired
            ? new Transition(next, Acknowledge(next)) { Log = logger => logger.LogFrozen(next.Channel, Describe(next)) }
            : new Transition(next);
    }

    private static AcknowledgementDraft Acknowledge(ChannelRecord record) =>
        new(AcknowledgementEvent.Waiting, record.Target is { } target && target.Payload == record.HighestSeen?.Payload ? target.Summary : null)
        {
            Stage = PipelineStage.Discover,
            Reason = ReasonCodes.FreezeSuspected,
            Message = $"channel {record.Channel}: {Describe(record)}",
        };
}
