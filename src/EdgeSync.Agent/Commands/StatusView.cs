using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints a site's status for people.</summary>
internal static class StatusView
{
    public static void Write(SiteStatus status, DateTimeOffset now)
    {
        AnsiConsole.MarkupLineInterpolated($"Site [bold]{status.Site}[/] of fleet [bold]{status.Fleet}[/], agent {status.Agent}");
        if (!status.ClockTrusted)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]The machine's clock is behind what is proven; the site goes by {status.At:u}; look at 'timedatectl'[/]");
        }

        var table = new Table().Border(AnsiConsole.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Ascii)
            .AddColumns("Channel", "State", "Running", "Pending", "Registry seen", "Since");
        foreach (var channel in status.Channels)
        {
            table.AddRow(
                new Text(channel.Channel),
                new Text(channel.Stage is { } stage ? $"{channel.State} ({stage})" : channel.State.ToString(), StyleOf(channel.State)),
                new Text(Release(channel.Running)),
                new Text(Release(channel.Pending)),
                new Text(Ago(channel.LastSeen, now)),
                new Text(Ago(channel.Since, now)));
        }

        AnsiConsole.Write(table);
        foreach (var channel in status.Channels.Where(channel => channel.Message is not null))
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{channel.Channel}[/]: {(channel.Reason is null ? "" : $"{channel.Reason}: ")}{channel.Message}");
            if (Meanwhile(channel) is { } meanwhile)
            {
                AnsiConsole.MarkupLineInterpolated($"  now:  {meanwhile}");
            }

            if (channel.Hint is not null)
            {
                AnsiConsole.MarkupLineInterpolated($"  hint: {channel.Hint}");
            }
        }

        foreach (var hold in status.Holds ?? [])
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Held[/]: {HoldView.Describe(hold)}");
            AnsiConsole.MarkupLineInterpolated($"  hint: 'edgesync hold clear --of {hold.Owner}' lets changes go on.");
        }

        AnsiConsole.MarkupLineInterpolated($"Ledger: entry {status.LedgerNumber}, {status.OutboxLength} not yet confirmed by HQ");
    }

    /// <summary>How long ago, in the largest unit that fits.</summary>
    public static string Ago(DateTimeOffset? time, DateTimeOffset now) => (now - time) switch
    {
        null => "never",
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } age => $"{age.Seconds} s ago",
        { TotalHours: < 1 } age => $"{age.Minutes} min ago",
        { TotalDays: < 1 } age => $"{age.Hours} h ago",
        { } age => $"{(int)age.TotalDays} days ago",
    };

    // At 2 a.m. the first question is whether the site works.
    private static string? Meanwhile(ChannelStatus channel) => (channel.State, channel.Running) switch
    {
        (ChannelState.RolledBack, { } running) => $"{running.Name} {running.Version} runs again, the last that was healthy here.",
        (ChannelState.Rejected or ChannelState.Waiting, { } running) => $"{running.Name} {running.Version} runs on, unchanged.",
        (ChannelState.Rejected or ChannelState.Waiting, null) => "nothing was changed at this site.",
        (ChannelState.Failed, _) => "there is nothing to go back to; what could be applied is left as it is.",
        _ => null,
    };

    private static string Release(AcknowledgedRelease? release) =>
        release is null ? "-" : $"{release.Name} {release.Version} (release {release.Sequence}, {release.Digest.ToShortString()})";

    private static Style StyleOf(ChannelState state) => state switch
    {
        ChannelState.Healthy => new Style(Color.Green),
        ChannelState.Progressing or ChannelState.Waiting or ChannelState.Empty => new Style(Color.Blue),
        _ => new Style(Color.Red),
    };
}
