using System.Globalization;
using EdgeSync.Agent.Publishing;

namespace EdgeSync.Agent.Commands;

/// <summary>A deadline as a crew gives it: the time of day at the site (<c>06:30</c>, the next one that comes), or what <see cref="TimeArgument"/> takes.</summary>
internal static class DeadlineArgument
{
    public const string Rule = "write a time of day (06:30), how long from now (20m), or a time with its offset (2026-12-24T18:00:00Z)";

    /// <summary>The moment, UTC, or null for text that is none.</summary>
    public static DateTimeOffset? TryParse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return TimeArgument.TryParse(text)?.From(now).ToUniversalTime();
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return Enumerable.Range(0, 2).Select(days => At(today.AddDays(days), clock, zone)).First(moment => moment > now);
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly clock, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(clock);

        // In the hour that the change to summer time leaves out, the next moment that exists; in the hour that comes twice, the first.
        local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
