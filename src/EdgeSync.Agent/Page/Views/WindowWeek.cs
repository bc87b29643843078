using System.Globalization;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Page.Views;

/// <summary>The windows of the next seven days, today first, of the channels that have the same ones.</summary>
/// <param name="Channels">The channels.</param>
/// <param name="IsAlwaysDownload">Whether downloads may begin at any time.</param>
/// <param name="IsAlwaysActivate">Whether activations may begin at any time.</param>
/// <param name="Days">The days; none where both may begin at any time.</param>
public sealed record WindowWeek(IReadOnlyList<string> Channels, bool IsAlwaysDownload, bool IsAlwaysActivate, IReadOnlyList<WindowDay> Days)
{
    private const int ShownDays = 7;
    private const string AnyTime = "at any time";

    /// <summary>Whether downloads may begin now, and until when, or when they may next.</summary>
    public string DownloadText { get; init; } = AnyTime;

    /// <summary>The same of activations.</summary>
    public string ActivateText { get; init; } = AnyTime;

    public static IReadOnlyList<WindowWeek> Of(IReadOnlyList<(string Channel, ChannelWindows Windows)> channels, DateTimeOffset now, TimeZoneInfo zone)
    {
        var midnights = Midnights(now, zone);
        return
        [
            .. channels
                .Select(channel => (channel.Channel, Week: Of(channel.Windows, midnights, now, zone)))
                .GroupBy(channel => string.Join('\n', channel.Week.Days.Select(day => day.Key)) + channel.Week.IsAlwaysDownload + channel.Week.IsAlwaysActivate, StringComparer.Ordinal)
                .Select(same => same.First().Week with { Channels = [.. same.Select(channel => channel.Channel)] }),
        ];
    }

    private static WindowWeek Of(ChannelWindows windows, List<DateTimeOffset> midnights, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (download, activate) = (windows.Download, windows.Activate);
        if (download.IsAlways && activate.IsAlways)
        {
            return new WindowWeek([], true, true, []);
        }

        var (downloads, activations) = (Spans(download, midnights), Spans(activate, midnights));
        var days = Enumerable.Range(0, ShownDays).Select(day =>
        {
            var (start, end) = (midnights[day], midnights[day + 1]);
            return new WindowDay(
                day == 0 ? "Today" : TimeZoneInfo.ConvertTime(start, zone).ToString("ddd d MMM", CultureInfo.InvariantCulture),
                Cut(downloads, start, end, zone),
                Cut(activations, start, end, zone),
                day == 0 ? (now - start) / (end - start) : null,
                activate.BlackoutsBetween(start, end).Concat(download.BlackoutsBetween(start, end)).FirstOrDefault()?.Reason);
        });
        return new WindowWeek([], download.IsAlways, activate.IsAlways, [.. days]) { DownloadText = Describe(download, now, zone), ActivateText = Describe(activate, now, zone) };
    }

    private static string Describe(WindowSchedule schedule, DateTimeOffset now, TimeZoneInfo zone)
    {
        var clock = new PageClock(now, zone);
        return schedule.IsAlways ? AnyTime : schedule.At(now) switch
        {
            WindowState.Open { Until: { } until } => $"open now, until {clock.Time(until)}",
            WindowState.Closed { Opens: { } opens } => $"closed, next {clock.Time(opens)}",
            WindowState.Closed => "closed, no next window in sight",
            _ => AnyTime,
        };
    }

    private static List<WindowSpan> Spans(WindowSchedule schedule, List<DateTimeOffset> midnights) => schedule.IsAlways
        ? []
        : [.. schedule.SpansFrom(midnights[0]).TakeWhile(span => span.Start < midnights[^1])];

    private static List<WindowBar> Cut(List<WindowSpan> spans, DateTimeOffset start, DateTimeOffset end, TimeZoneInfo zone) =>
    [
        .. spans.Where(span => span.Start < end && (span.End ?? DateTimeOffset.MaxValue) > start).Select(span =>
        {
            var (from, to) = (span.Start > start ? span.Start : start, span.End < end ? span.End.Value : end);
            return new WindowBar((from - start) / (end - start), (to - from) / (end - start), $"{Clock(from)}–{(to == end ? "24:00" : Clock(to))}");

            string Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        }),
    ];

    private static List<DateTimeOffset> Midnights(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return [.. Enumerable.Range(0, ShownDays + 1).Select(day => LocalTime.ToInstant(today.AddDays(day).ToDateTime(TimeOnly.MinValue), zone))];
    }
}

/// <summary>One day of the strip.</summary>
/// <param name="Name">The day, for people.</param>
/// <param name="Downloads">When downloads may begin.</param>
/// <param name="Activations">When activations may begin.</param>
/// <param name="Now">How much of the day is over; null for another day than today.</param>
/// <param name="Blackout">Why nothing begins on this day or in a part of it, or null.</param>
public sealed record WindowDay(string Name, IReadOnlyList<WindowBar> Downloads, IReadOnlyList<WindowBar> Activations, double? Now, string? Blackout)
{
    /// <summary>The same for two channels whose days look the same.</summary>
    internal string Key => $"{Blackout} {string.Join(' ', Downloads.Select(bar => bar.Text))} | {string.Join(' ', Activations.Select(bar => bar.Text))}";
}

/// <summary>One piece of a window on one day.</summary>
/// <param name="Start">Where it begins, as a share of the day.</param>
/// <param name="Length">How long it is, as a share of the day.</param>
/// <param name="Text">The times of day.</param>
public sealed record WindowBar(double Start, double Length, string Text);
