using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>
/// Says where a site is with its preflight. GO and NO-GO come from the signed ledger alone. A GO counts until its mission ends, and is in doubt as soon as the ledger or the
/// status says that the site has changed or is not well: nobody may read an old GO as one of today.
/// </summary>
internal static class BoardAssessor
{
    /// <summary>How long an answer counts that names no mission, from its deadline or its end on.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromHours(12);

    public static BoardRow Assess(FleetRow row, DateTimeOffset now)
    {
        var site = row.Site;
        var note = site.LastPreflight is { } last && now < last.ValidUntil ? last : null;
        var ask = site.PreflightAsk is { } asked && !(site.LastPreflight?.ReceivedAt >= asked.At) && now < asked.ExpiresAt + ValidFor ? asked : null;
        var reply = ask is not null && site.Status?.PreflightReply is { } answer && answer.Request == ask.Request ? answer : null;
        var state = AssessState(row, note, ask, reply, now);
        var running = FindRunning(row);
        return new BoardRow(
            row,
            state,
            running is not null ? running.Deadline : Deadline(ask, reply, note),
            running,
            [.. (site.Status?.Channels ?? []).Select(Stage).OfType<BoardStage>()],
            [.. Remarks(row, state, note, ask, reply, now)],
            ReleaseDeadline.Of(site, now));
    }

    private static BoardState AssessState(FleetRow row, PreflightNote? note, PreflightAsk? ask, PreflightReply? reply, DateTimeOffset now) => (note, ask, reply) switch
    {
        _ when FindRunning(row) is not null => BoardState.Running,

        // It has ended at the site, and its report is on the way.
        (_, not null, { Reason: null }) when row.Site.Status!.Preflight is not { Phase: PreflightPhase.Done, Verdict: null } => BoardState.Running,
        ({ Verdict: PreflightVerdict.NoGo }, _, _) => BoardState.NoGo,
        ({ } go, _, _) => FindDoubt(row, go) is null ? BoardState.Go : BoardState.Doubtful,
        (_, not null, { Reason: not null }) => BoardState.Refused,
        (_, not null, _) => now < ask.ExpiresAt ? BoardState.Asked : BoardState.NoAnswer,
        _ => BoardState.NotAsked,
    };

    // A status of a site that has not been heard from does not say what runs now.
    private static PreflightStatus? FindRunning(FleetRow row) =>
        row is { Assessment.Freshness: Freshness.Fresh, Site.Status.Preflight: { Phase: not PreflightPhase.Done } running } ? running : null;

    private static DateTimeOffset? Deadline(PreflightAsk? ask, PreflightReply? reply, PreflightNote? note) =>
        ask is not null && reply is not { Reason: not null } ? ask.Terms.Deadline : note?.Deadline ?? ask?.Terms.Deadline;

    private static BoardStage? Stage(ChannelStatus channel) => channel.State switch
    {
        ChannelState.Progressing => new BoardStage(channel.Channel, channel.Stage?.ToString().ToLowerInvariant() ?? "begins"),
        ChannelState.Waiting => new BoardStage(channel.Channel, channel.Reason is { } reason ? $"waits ({reason})" : "waits"),
        _ => null,
    };

    // What runs may have changed after the answer, or may not be well: the answer was about something else.
    private static string? FindDoubt(FleetRow row, PreflightNote go)
    {
        var since = row.Site.Ledger != go.Position.Ledger ? null : row.Site.Proofs.Where(p => p.Value.Number > go.Position.Number && IsChange(p.Value.Event)).OrderBy(p => p.Value.Number).ToList();
        return since is [.., var (channel, proof)] ? $"changed since: {channel} {DisplayText.Of(proof.Event).ToLowerInvariant()} at {DisplayText.Clock(proof.At)}"
            : row.Assessment.Condition is Condition.Suspect or Condition.Failed or Condition.Degraded ? $"now: {row.Assessment.Explanation}"
            : null;
    }

    private static bool IsChange(AcknowledgementEvent happened) => happened is AcknowledgementEvent.Activating or AcknowledgementEvent.Healthy or AcknowledgementEvent.Failed
        or AcknowledgementEvent.RolledBack or AcknowledgementEvent.Drifted or AcknowledgementEvent.Repaired or AcknowledgementEvent.Distrusted;

    private static IEnumerable<string> Remarks(FleetRow row, BoardState state, PreflightNote? note, PreflightAsk? ask, PreflightReply? reply, DateTimeOffset now)
    {
        if (state == BoardState.Doubtful && FindDoubt(row, note!) is { } doubt)
        {
            yield return doubt;
        }

        foreach (var reason in state == BoardState.NoGo ? note!.Reasons : [])
        {
            yield return reason;
        }

        if (ask is not null && reply is { Reason: { } refusal })
        {
            yield return $"refused {ask.By}'s request: {reply.Message ?? refusal}";
        }
        else if (ask is not null && reply is not null && state != BoardState.Running)
        {
            yield return $"the preflight that {ask.By} asked for broke off";
        }
        else if (ask is not null && reply is null && state is not (BoardState.Asked or BoardState.NoAnswer))
        {
            yield return now < ask.ExpiresAt ? $"{ask.By} asked again; no answer yet" : $"no answer to {ask.By}'s last request";
        }
    }
}
