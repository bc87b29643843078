using EdgeSync.Agent.Output;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints a site's status for people.</summary>
internal static class StatusView
{
    private const int StateColumn = 1;

    public static void Write(SiteStatus status, DateTimeOffset now, Terminal terminal)
    {
        terminal.WriteLine($"Site {terminal.Bold(status.Site)} of fleet {terminal.Bold(status.Fleet)}, agent {Terminal.Harmless(status.Agent)}");
        if (status.Live == false)
        {
            terminal.WriteLine(terminal.Paint($"The agent does not run. Last known, {Ago(status.At, now)} ({status.At:u}):", Colour.Red));
        }

        foreach (var notice in status.Notices ?? [])
        {
            terminal.WriteLine(terminal.Paint($"{notice.Reason}: {Terminal.Harmless(notice.Message)}", Colour.Yellow));
            if (notice.Hint is { } hint)
            {
                terminal.WriteLine($"  hint: {Terminal.Harmless(hint)}");
            }
        }

        var table = new TextTable("CHANNEL", "STATE", "RUNNING", "PENDING", "REGISTRY SEEN", "SINCE");
        foreach (var channel in status.Channels)
        {
            table.Add(
                StateColumn,
                ColourOf(channel.State),
                channel.Channel,
                channel.Stage is { } stage ? $"{channel.State} ({stage})" : channel.State.ToString(),
                Release(channel.Running),
                Release(channel.Pending),
                status.Live == false ? "-" : Ago(channel.LastSeen, now),
                Ago(channel.Since, now));
        }

        table.Write(terminal);
        foreach (var channel in status.Channels.Where(channel => channel.Message is not null))
        {
            var reason = channel.Reason is null ? "" : $"{channel.Reason}: ";
            terminal.WriteLine($"{terminal.Bold(channel.Channel)}: {Terminal.Harmless(reason + channel.Message)}");
            if (Meanwhile(channel) is { } meanwhile)
            {
                terminal.WriteLine($"  now:  {Terminal.Harmless(meanwhile)}");
            }

            if (channel.Hint is not null)
            {
                terminal.WriteLine($"  hint: {Terminal.Harmless(channel.Hint)}");
            }
        }

        foreach (var channel in status.Channels.Where(channel => channel.FrozenSince is not null && channel.Reason != ReasonCodes.FreezeSuspected))
        {
            terminal.WriteLine(
                $"{terminal.Bold(channel.Channel)}: {ReasonCodes.FreezeSuspected}: the newest release has expired, and nothing newer came; no change begins");
        }

        foreach (var two in status.Evidence ?? [])
        {
            var number = ReleaseNumber.Describe(two.Sequence, two.Epoch);
            terminal.WriteLine($"{terminal.Paint(ReasonCodes.SequenceEquivocation, Colour.Red)}: two different releases {number} of channel "
                + $"{Terminal.Harmless(two.Channel)} were signed; both records are in {Terminal.Harmless(two.File)}");
        }

        foreach (var hold in status.Holds ?? [])
        {
            terminal.WriteLine($"{terminal.Paint("Held", Colour.Yellow)}: {Terminal.Harmless(HoldView.Describe(hold))}");
            terminal.WriteLine(Terminal.Harmless($"  hint: 'edgesync hold clear --of {hold.Owner}' lets changes go on."));
        }

        if (status.Trust is { } trust)
        {
            WriteTrust(trust, now, terminal);
        }

        terminal.WriteLine($"Ledger: entry {status.LedgerNumber}, {status.OutboxLength} not yet confirmed by HQ");
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

    // One line where all is well: whoever wants to know more asks 'edgesync trust show'.
    private static void WriteTrust(TrustStatus trust, DateTimeOffset now, Terminal terminal)
    {
        var expiry = trust.ExpiresAt <= now ? $"expired on {trust.ExpiresAt:yyyy-MM-dd}" : $"expires on {trust.ExpiresAt:yyyy-MM-dd}";
        var list = trust.Revocations is { } number ? $", list {number} of revocations" : "";
        terminal.WriteLine($"Trust: root {trust.Version}, {(trust.ExpiresAt <= now ? terminal.Paint(expiry, Colour.Red) : expiry)}{list}");
        if (trust.Reason is { } reason)
        {
            terminal.WriteLine($"  {terminal.Paint(reason, Colour.Yellow)}: {Terminal.Harmless(trust.Message ?? "")}");
            if (trust.Hint is { } hint)
            {
                terminal.WriteLine($"  hint: {Terminal.Harmless(hint)}");
            }
        }
    }

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
        release is null ? "-" : $"{release.Name} {release.Version} (release {release.Number}, {release.Digest.ToShortString()})";

    private static Colour ColourOf(ChannelState state) => state switch
    {
        ChannelState.Healthy => Colour.Green,
        ChannelState.Progressing or ChannelState.Waiting or ChannelState.Empty => Colour.Blue,
        _ => Colour.Red,
    };
}
