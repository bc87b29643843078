using System.Globalization;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Yaml;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>When the windows of a site open in the next time, and what waits for them.</summary>
/// <param name="Schema">The format's name and version.</param>
/// <param name="Site">The site.</param>
/// <param name="TimeZone">The site's zone, by its IANA name; local times are in it.</param>
/// <param name="From">The begin of what is shown, UTC: now.</param>
/// <param name="To">Its end, UTC.</param>
/// <param name="ToLocal">The same in the site's zone.</param>
/// <param name="Channels">The channels in the order of the configuration.</param>
internal sealed record WindowsView(string Schema, string Site, string TimeZone, DateTimeOffset From, DateTimeOffset To, string ToLocal, IReadOnlyList<ChannelWindowsView> Channels)
{
    private const string CurrentSchema = "edgesync.dev/windows/v1";

    public static WindowsView Of(AgentConfiguration configuration, SiteStatus? status, DateTimeOffset now, TimeSpan ahead)
    {
        var end = now + ahead;
        return new WindowsView(CurrentSchema, configuration.Site, configuration.TimeZone.Id, now, end, Local(end, configuration.TimeZone), [.. configuration.Channels.Select(channel =>
        {
            var windows = configuration.WindowsOf(channel);
            return new ChannelWindowsView(
                channel.Name,
                SpansOf(windows.Download, now, end),
                SpansOf(windows.Activate, now, end),
                BlackoutsOf(windows.Activate, now, end),
                WaitingOf(status?.Channels.FirstOrDefault(known => known.Channel == channel.Name)));
        })]);
    }

    public void Write(IAnsiConsole console)
    {
        console.WriteMarkupLine($"Site [bold]{Site}[/], time zone {TimeZone}, until {ToLocal}");
        var table = ConsoleOutput.CreateTable("CHANNEL", "MAY BEGIN", "OPENS", "OPENS, UTC", "CLOSES", "LENGTH");
        foreach (var channel in Channels)
        {
            foreach (var (what, spans) in new[] { ("downloads", channel.Download), ("activations", channel.Activate) })
            {
                AddRows(table, channel.Channel, what, spans);
            }
        }

        console.WriteTable(table);
        foreach (var (channel, blackout) in Channels.SelectMany(channel => (channel.Blackouts ?? []).Select(blackout => (channel.Channel, blackout))))
        {
            console.WriteMarkupLine($"[bold]{channel}[/]: nothing begins in {blackout}");
        }

        foreach (var channel in Channels.Where(channel => channel.Waiting is not null))
        {
            console.WriteMarkupLine($"[bold]{channel.Channel}[/]: {channel.Waiting!.Release} waits, {channel.Waiting.Reason}: {channel.Waiting.Message}");
        }
    }

    private static List<WindowSpanView>? SpansOf(WindowSchedule schedule, DateTimeOffset now, DateTimeOffset end) => schedule.IsAlways
        ? null
        : [.. schedule.SpansFrom(now).TakeWhile(span => span.Start < end).Select(span => new WindowSpanView(
            span.Start, Local(span.Start, schedule.Zone), span.Start == now, span.End, span.End is { } closes ? Local(closes, schedule.Zone) : null))];

    private static List<string>? BlackoutsOf(WindowSchedule schedule, DateTimeOffset now, DateTimeOffset end)
    {
        List<string> blackouts = [.. schedule.BlackoutsBetween(now, end).Select(blackout => blackout.ToString())];
        return blackouts.Count > 0 ? blackouts : null;
    }

    private static WaitingView? WaitingOf(ChannelStatus? status) => status is { State: ChannelState.Waiting, Pending: { } pending, Reason: { } reason, Message: { } message }
        ? new WaitingView($"{pending.Name} {pending.Version} (release {pending.Number})", reason, message)
        : null;

    private static void AddRows(Table table, string channel, string what, IReadOnlyList<WindowSpanView>? spans)
    {
        if (spans is null)
        {
            table.AddText(channel, what, "at any time", "", "", "");
            return;
        }

        foreach (var span in spans)
        {
            table.AddText(
                channel,
                what,
                span.IsOpen ? "open now" : span.OpensLocal,
                span.IsOpen ? "" : span.Opens.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                span.ClosesLocal ?? "not in sight",
                span.Closes is { } closes ? UnitText.Duration(TimeSpan.FromSeconds(Math.Floor((closes - span.Opens).TotalSeconds))) : "");
        }

        if (spans.Count == 0)
        {
            table.AddText(channel, what, "not in this time", "", "", "");
        }
    }

    private static string Local(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("ddd yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}

/// <summary>The windows of one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Download">When downloads may begin; null for any time.</param>
/// <param name="Activate">When activations may begin; null for any time.</param>
/// <param name="Blackouts">The blackouts in this time, in words; null where there are none.</param>
/// <param name="Waiting">What waits, or null.</param>
internal sealed record ChannelWindowsView(
    string Channel, IReadOnlyList<WindowSpanView>? Download, IReadOnlyList<WindowSpanView>? Activate, IReadOnlyList<string>? Blackouts, WaitingView? Waiting);

/// <summary>A time during which something may begin.</summary>
/// <param name="Opens">When it opens, UTC; where it is open, now.</param>
/// <param name="OpensLocal">The same in the site's zone.</param>
/// <param name="IsOpen">Whether it is open now.</param>
/// <param name="Closes">When it closes, UTC; null where that is not in sight.</param>
/// <param name="ClosesLocal">The same in the site's zone.</param>
internal sealed record WindowSpanView(DateTimeOffset Opens, string OpensLocal, bool IsOpen, DateTimeOffset? Closes, string? ClosesLocal);

/// <summary>A release that waits, for a window or for something else.</summary>
/// <param name="Release">The release in words.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people.</param>
internal sealed record WaitingView(string Release, string Reason, string Message);
