using Cronos;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>
/// A time that comes again and again: it opens when the clock on the wall of its zone shows what the cron expression says, and stays open for a duration.
/// Where the zone's clock is put forward over the opening, it opens when the clock has been put; where the clock shows the time of the opening twice, it
/// opens the first time.
/// </summary>
/// <param name="Cron">When it opens, by five fields.</param>
/// <param name="Duration">How long it is open; time that passes, whatever the clock on the wall shows.</param>
/// <param name="Zone">The time zone of <paramref name="Cron"/>.</param>
public sealed record Window(CronExpression Cron, TimeSpan Duration, TimeZoneInfo Zone)
{
    // No zone is put forward or back by more than a day.
    private static readonly TimeSpan LargestShift = TimeSpan.FromDays(1);

    /// <summary>How much later it opens at this site than the expression says; less than <see cref="Duration"/>.</summary>
    public TimeSpan Splay { get; init; }

    /// <summary>The first opening after an instant, or null where it does not open again.</summary>
    internal DateTimeOffset? FindOpening(DateTimeOffset after) =>
        Openings(after - Splay - LargestShift).Select(opening => (DateTimeOffset?)(opening + Splay)).FirstOrDefault(opening => opening > after);

    /// <summary>When it closes, where it is open at an instant; else null.</summary>
    internal DateTimeOffset? FindClosing(DateTimeOffset at)
    {
        DateTimeOffset? last = null;
        foreach (var opening in Openings(at - Duration - LargestShift).TakeWhile(opening => opening <= at + LargestShift))
        {
            if (opening + Splay <= at && at < opening + Duration)
            {
                last = opening + Duration;
            }
        }

        return last;
    }

    // By the clock on the wall, which an expression without a zone is for, and then each as an instant. Begins with what the wall shows at an instant.
    private IEnumerable<DateTimeOffset> Openings(DateTimeOffset from)
    {
        DateTime? wall = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(from, Zone).DateTime, DateTimeKind.Utc);
        while ((wall = Cron.GetNextOccurrence(wall.Value)) is { } next)
        {
            yield return LocalTime.ToInstant(next, Zone);
        }
    }
}
