using System.Globalization;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>Instants and what a clock on the wall shows.</summary>
public static class LocalTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The instant when a clock on the wall shows this. What it shows twice is the first of the two; what it never shows, because it is put forward over it, is
    /// the instant when it is put.
    /// </summary>
    public static DateTimeOffset ToInstant(DateTime wall, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        wall = DateTime.SpecifyKind(wall, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.Add(Step);
        }

        // Of two offsets, the larger one is of the earlier instant.
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    /// <summary>For people: what a clock on the wall shows, the zone, and the instant in UTC.</summary>
    public static string Describe(DateTimeOffset instant, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var wall = TimeZoneInfo.ConvertTime(instant, zone);
        return wall.Offset == TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{instant:u}")
            : string.Create(CultureInfo.InvariantCulture, $"{wall:ddd yyyy-MM-dd HH:mm} {zone.Id} ({instant:u})");
    }
}
