using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Page.Views;

/// <summary>The state of the site in one or two words, as large as the screen allows.</summary>
/// <param name="Tone">The class of its colour.</param>
/// <param name="Icon">The name of its icon.</param>
/// <param name="Title">The words.</param>
/// <param name="Lines">What runs, what waits for what, and what is wrong, a line each.</param>
public sealed record SiteSummary(string Tone, string Icon, string Title, IReadOnlyList<SummaryLine> Lines)
{
    public static SiteSummary Of(SiteStatus status)
    {
        var lines = new List<SummaryLine>();
        foreach (var channel in status.Channels.Where(channel => channel.State is not ChannelState.Empty))
        {
            lines.Add(new SummaryLine(channel.Channel, Sentence(channel, status.At), channel.Reason));
        }

        var frozen = status.Channels.Where(channel => channel.FrozenSince is not null && channel.Reason != ReasonCodes.FreezeSuspected).ToList();
        foreach (var channel in frozen)
        {
            lines.Add(new SummaryLine(channel.Channel, "the newest release has expired, and nothing newer came: no change begins", ReasonCodes.FreezeSuspected));
        }

        var worst = status.Channels.OrderBy(channel => Rank(channel.State)).FirstOrDefault();
        var isHeld = status.Holds is { Count: > 0 };
        return worst?.State switch
        {
            null or ChannelState.Empty => new("plain", "dash", "Nothing released", lines),
            ChannelState.Waiting when worst.Reason == ReasonCodes.Held => new("held", "pause", "Held", lines),
            ChannelState.Healthy when isHeld => new("held", "pause", "Healthy, held", lines),
            ChannelState.Healthy when frozen.Count > 0 => new("kept", "alert", "Freeze suspected", lines),
            { } state => new(PageText.Tone(state), PageText.Icon(state), PageText.Of(state), lines),
        };
    }

    private static string Sentence(ChannelStatus channel, DateTimeOffset now) => channel switch
    {
        { State: ChannelState.Healthy, Running: { } running } =>
            $"{PageText.Name(running)} runs{(channel.Since is { } since ? $", for {PageClock.Length(now - since)}" : "")}{(channel.Message is { } said ? $"; {said}" : "")}",
        { Message: { } message } => message,
        { State: ChannelState.Progressing, Pending: { } pending } => $"{PageText.Name(pending)} is on its way",
        { Running: { } running } => $"{PageText.Name(running)} runs",
        _ => PageText.Of(channel.State),
    };

    private static int Rank(ChannelState state) => state switch
    {
        ChannelState.Failed => 0,
        ChannelState.Degraded => 1,
        ChannelState.Rejected => 2,
        ChannelState.RolledBack => 3,
        ChannelState.Waiting => 4,
        ChannelState.Progressing => 5,
        ChannelState.Healthy => 6,
        _ => 7,
    };
}

/// <summary>One line of the summary.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Reason">The reason code, or null.</param>
public sealed record SummaryLine(string Channel, string Text, string? Reason);
