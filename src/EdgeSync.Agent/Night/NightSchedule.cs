using Cronos;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Night;

/// <summary>When the reports of nights are due: at a time of the day, or when the last window of a night has closed.</summary>
/// <param name="Windows">All windows of the site's channels.</param>
/// <param name="At">The time of the day in the zone of the site, as five fields; null for after the windows.</param>
/// <param name="Zone">The site's zone.</param>
internal sealed record NightSchedule(IReadOnlyList<WindowSchedule> Windows, CronExpression? At, TimeZoneInfo Zone)
{
    // Windows with less time between them belong to one night.
    private static readonly TimeSpan Gap = TimeSpan.FromHours(6);
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(40);

    /// <summary>The first time after an instant at which a report is due; null where none is within 40 days.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => At is not null
        ? At.GetNextOccurrence(instant, Zone)?.ToUniversalTime()
        : FindEnd(instant);

    // The end of the first group of windows that ends after the instant.
    private DateTimeOffset? FindEnd(DateTimeOffset instant)
    {
        DateTimeOffset? end = null;
        foreach (var span in Spans(instant).OrderBy(span => span.Start))
        {
            if (end is { } closing && span.Start - closing >= Gap)
            {
                return closing;
            }

            end = end > span.End ? end : span.End;
        }

        return end;
    }

    // What has no windows has no end that a report could wait for.
    private IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Spans(DateTimeOffset instant) => Windows
        .Where(windows => windows.Windows.Count > 0)
        .SelectMany(windows => windows.SpansFrom(instant).TakeWhile(span => span.Start - instant < Horizon))
        .Where(span => span.End is { } end && end > instant)
        .Select(span => (span.Start, span.End!.Value));
}
