using System.Globalization;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints a site's status for people.</summary>
internal static class StatusView
{
    public static void Write(SiteStatus status, DateTimeOffset now, IAnsiConsole console)
    {
        console.WriteMarkupLine($"Site [bold]{status.Site}[/] of fleet [bold]{status.Fleet}[/], agent {status.Agent}");
        if (status.Live == false)
        {
            console.WriteMarkupLine($"[red]The agent does not run. Last known, {Ago(status.At, now)} ({status.At:u}):[/]");
        }

        foreach (var notice in status.Notices ?? [])
        {
            console.WriteMarkupLine($"[yellow]{notice.Reason}: {notice.Message}[/]");
            WriteHint(console, notice.Hint);
        }

        WriteChannels(status, now, console);
        foreach (var channel in status.Channels)
        {
            WriteMessage(channel, console);
        }

        foreach (var channel in status.Channels.Where(channel => channel is { Tag: not null, Reason: not null }))
        {
            console.WriteMarkupLine($"[bold]{channel.Channel}[/]: follows the plain tag {channel.Tag!}, without protection against replay and freeze");
        }

        foreach (var channel in status.Channels.Where(channel => channel.FrozenSince is not null && channel.Reason != ReasonCodes.FreezeSuspected))
        {
            console.WriteMarkupLine(
                $"[bold]{channel.Channel}[/]: {ReasonCodes.FreezeSuspected}: the newest release has expired, and nothing newer came; no change begins");
        }

        foreach (var two in status.Evidence ?? [])
        {
            var number = ReleaseNumber.Describe(two.Sequence, two.Epoch);
            console.WriteMarkupLine(
                $"[red]{ReasonCodes.SequenceEquivocation}[/]: two different releases {number} of channel {two.Channel} were signed; both records are in {two.File}");
        }

        foreach (var hold in status.Holds ?? [])
        {
            console.WriteMarkupLine($"[yellow]Held[/]: {HoldView.Describe(hold)}");
            WriteHint(console, $"'edgesync hold clear --of {hold.Owner}' lets changes go on.");
        }

        if (status.Preflight is { } preflight)
        {
            console.WriteMarkupLine(Describe(preflight, now));
        }

        if (status.PreflightReply is { Reason: { } refusal } reply)
        {
            console.WriteMarkupLine($"Refused HQ's request for a preflight {Ago(reply.At, now)}, {refusal}: {ConsoleOutput.Clean(reply.Message ?? "")}");
        }

        if (status.Trust is { } trust)
        {
            WriteTrust(trust, now, console);
        }

        console.WriteMarkupLine($"Ledger: entry {status.LedgerNumber}, {status.OutboxLength} not yet confirmed by HQ");
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

    private static void WriteChannels(SiteStatus status, DateTimeOffset now, IAnsiConsole console)
    {
        var table = ConsoleOutput.CreateTable("CHANNEL", "STATE", "RUNNING", "PENDING", "REGISTRY SEEN", "SINCE");
        foreach (var channel in status.Channels)
        {
            var state = channel.Stage is { } stage ? $"{channel.State} ({stage})" : channel.State.ToString();
            table.AddRow(
                ConsoleOutput.Cell(channel.Channel),
                ConsoleOutput.Cell(state, ColorOf(channel.State)),
                ConsoleOutput.Cell(Release(channel.Running)),
                ConsoleOutput.Cell(Release(channel.Pending)),
                ConsoleOutput.Cell(status.Live == false ? "-" : Ago(channel.LastSeen, now)),
                ConsoleOutput.Cell(Ago(channel.Since, now)));
        }

        console.WriteTable(table);
    }

    private static void WriteMessage(ChannelStatus channel, IAnsiConsole console)
    {
        if (channel.Message is null)
        {
            return;
        }

        var reason = channel.Reason is null ? "" : $"{channel.Reason}: ";
        console.WriteMarkupLine($"[bold]{channel.Channel}[/]: {reason}{channel.Message}");
        if (Meanwhile(channel) is { } meanwhile)
        {
            console.WriteMarkupLine($"  now:  {meanwhile}");
        }

        if (channel.NextTry is { } next)
        {
            console.WriteMarkupLine($"  next: tried again at {next:u} at the latest, and sooner where the agent sees that the cause has gone");
        }

        WriteHint(console, channel.Hint);
        foreach (var line in channel.Details ?? [])
        {
            console.WriteMarkupLine($"  [grey]| {line}[/]");
        }
    }

    private static void WriteHint(IAnsiConsole console, string? hint)
    {
        if (hint is not null)
        {
            console.WriteMarkupLine($"  hint: {hint}");
        }
    }

    private static FormattableString Describe(PreflightStatus preflight, DateTimeOffset now)
    {
        var deadline = preflight.Deadline is { } end ? string.Create(CultureInfo.InvariantCulture, $", deadline {end:u}") : "";
        return preflight switch
        {
            { Verdict: PreflightVerdict.Go } => $"Preflight: [green]GO[/], asked for by {preflight.By}, {Ago(preflight.EndedAt, now)}{deadline}",
            { Verdict: PreflightVerdict.NoGo } => $"Preflight: [red]NO-GO[/], asked for by {preflight.By}, {Ago(preflight.EndedAt, now)}{deadline}",
            { Phase: PreflightPhase.Done } => $"Preflight: broke off without an answer, asked for by {preflight.By}, {Ago(preflight.EndedAt, now)}{deadline}",
            { Phase: PreflightPhase.Checks } => $"Preflight: the checks run, asked for by {preflight.By}{deadline}",
            _ => $"Preflight: the channels are reloaded, asked for by {preflight.By}{deadline}",
        };
    }

    // One line if all is well; 'edgesync trust show' says more.
    private static void WriteTrust(TrustStatus trust, DateTimeOffset now, IAnsiConsole console)
    {
        var list = trust.Revocations is { } number ? $", list {number} of revocations" : "";
        if (trust.ExpiresAt <= now)
        {
            console.WriteMarkupLine($"Trust: root {trust.Version}, [red]expired on {trust.ExpiresAt:yyyy-MM-dd}[/]{list}");
        }
        else
        {
            console.WriteMarkupLine($"Trust: root {trust.Version}, expires on {trust.ExpiresAt:yyyy-MM-dd}{list}");
        }

        if (trust.Reason is { } reason)
        {
            console.WriteMarkupLine($"  [yellow]{reason}[/]: {trust.Message}");
            WriteHint(console, trust.Hint);
        }
    }

    // Somebody who is called at night asks first whether the site works.
    private static string? Meanwhile(ChannelStatus channel) => (channel.State, channel.Running) switch
    {
        (ChannelState.RolledBack, { } running) => $"{running.Name} {running.Version} runs again, the last that was healthy here.",
        (ChannelState.Waiting, _) when channel.IsBegun => "the change has begun and is neither taken back nor counted as failed; it goes on when the site lets it.",
        (ChannelState.Rejected or ChannelState.Waiting, { } running) => $"{running.Name} {running.Version} runs on, unchanged.",
        (ChannelState.Rejected or ChannelState.Waiting, null) => "nothing was changed at this site.",
        (ChannelState.Failed, _) => "there is nothing to go back to; what could be applied is left as it is.",
        _ => null,
    };

    private static string Release(AcknowledgedRelease? release) =>
        release is null ? "-" : $"{release.Name} {release.Version} (release {release.Number}, {release.Digest.ToShortString()})";

    private static Color ColorOf(ChannelState state) => state switch
    {
        ChannelState.Healthy => Color.Green,
        ChannelState.Progressing or ChannelState.Waiting or ChannelState.Empty => Color.Blue,
        _ => Color.Red,
    };
}
