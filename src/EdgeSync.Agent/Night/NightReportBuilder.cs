using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Agent.Night;

/// <summary>Makes the report of a night out of what the ledger, the status and the counts of received bytes say.</summary>
internal static class NightReportBuilder
{
    /// <summary>The report of this time. <paramref name="entries"/> are those of the ledger in it, in their order; <paramref name="received"/> are bytes by channel.</summary>
    public static NightReport Build(
        DateTimeOffset from, DateTimeOffset until, IReadOnlyList<Acknowledgement> entries, IEnumerable<ChannelStatus> channels, IReadOnlyDictionary<string, long> received) => new()
        {
            From = from,
            Until = until,
            Channels = [.. channels.Take(NightReport.MaxChannels).Select(channel => Build(channel, [.. entries.Where(entry => entry.Release?.Channel == channel.Channel)], received))],
            Repairs = entries.Count(entry => entry.Event == AcknowledgementEvent.Repaired),
        };

    /// <summary>The report in one sentence.</summary>
    public static string Describe(NightReport report)
    {
        var parts = report.Channels
            .Where(channel => channel.Outcome != NightOutcome.Nothing)
            .Select(channel => $"{channel.Channel}: {Word(channel.Outcome)}{(channel.Planned is { } planned ? $" {planned.Name} {planned.Version}" : "")}{(channel.Message is { } why ? $", {why}" : "")}")
            .ToList();
        return parts.Count > 0 ? string.Join("; ", parts) : "nothing was planned";
    }

    private static NightChannel Build(ChannelStatus channel, IReadOnlyList<Acknowledgement> entries, IReadOnlyDictionary<string, long> received)
    {
        var planned = channel.Pending ?? entries.LastOrDefault(entry => IsAboutWhatIsPlanned(entry.Event))?.Release;
        var outcome = OutcomeOf(channel, planned);
        var isWell = outcome is NightOutcome.Nothing or NightOutcome.Done;
        var begun = entries.LastOrDefault(entry => entry.Event == AcknowledgementEvent.Activating && entry.Release?.Digest == planned?.Digest);
        return new NightChannel(channel.Channel, outcome)
        {
            Planned = planned,
            Running = channel.Running,
            Reason = isWell ? null : channel.Reason,
            Message = isWell || channel.Message is not { } message ? null : ShortText.Of(message, NightReport.MaxTextLength),
            BytesReceived = received.GetValueOrDefault(channel.Channel),
            ActivatedAt = begun?.At,
            ActivationMs = outcome == NightOutcome.Done ? entries.LastOrDefault(entry => entry.Event == AcknowledgementEvent.Healthy)?.DurationMs : null,
        };
    }

    // An acknowledgement of a rollback names what runs again.
    private static bool IsAboutWhatIsPlanned(AcknowledgementEvent happened) => happened
        is AcknowledgementEvent.Received or AcknowledgementEvent.Rejected or AcknowledgementEvent.Staged or AcknowledgementEvent.Waiting
        or AcknowledgementEvent.Activating or AcknowledgementEvent.Healthy or AcknowledgementEvent.Failed;

    private static NightOutcome OutcomeOf(ChannelStatus channel, AcknowledgedRelease? planned) => channel.State switch
    {
        ChannelState.Healthy => planned is null ? NightOutcome.Nothing : NightOutcome.Done,
        ChannelState.Empty => NightOutcome.Nothing,
        ChannelState.Progressing => NightOutcome.UnderWay,
        ChannelState.Waiting => NightOutcome.Waiting,
        ChannelState.Degraded => NightOutcome.Degraded,
        ChannelState.Rejected => NightOutcome.Rejected,
        ChannelState.RolledBack => NightOutcome.RolledBack,
        _ => NightOutcome.Failed,
    };

    private static string Word(NightOutcome outcome) => outcome switch
    {
        NightOutcome.Done => "done,",
        NightOutcome.UnderWay => "under way,",
        NightOutcome.RolledBack => "rolled back,",
        _ => $"{outcome.ToString().ToLowerInvariant()},",
    };
}
