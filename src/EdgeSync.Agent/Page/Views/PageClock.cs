using System.Globalization;

namespace EdgeSync.Agent.Page.Views;

/// <summary>Times as the page shows them: in the site's zone, or as an age.</summary>
/// <param name="Now">The site's time.</param>
/// <param name="Zone">The site's zone.</param>
public sealed record PageClock(DateTimeOffset Now, TimeZoneInfo Zone)
{
    /// <summary>The time of day, with the day where it is another one than today: <c>06:30</c>, <c>Tue 1 Dec, 06:30</c>.</summary>
    public string Time(DateTimeOffset time)
    {
        var (local, today) = (Local(time), Local(Now).Date);
        var form = local.Date == today ? "HH:mm" : local.Year == today.Year ? "ddd d MMM, HH:mm" : "d MMM yyyy, HH:mm";
        return local.ToString(form, CultureInfo.InvariantCulture);
    }

    /// <summary>The same with seconds, for the clock of the page.</summary>
    public string Clock() => Local(Now).ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The form for the attribute <c>datetime</c>.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long it is from then to now, or from now to then: <c>12 s</c>, <c>5 min</c>, <c>3 h 20 min</c>, <c>2 d 4 h</c>.</summary>
    public string Length(DateTimeOffset time) => Length(Now - time);

    /// <summary>A duration in its one or two largest units.</summary>
    public static string Length(TimeSpan length) => length.Duration() switch
    {
        { TotalSeconds: < 60 } seconds => $"{seconds.Seconds} s",
        { TotalMinutes: < 60 } minutes => $"{minutes.Minutes} min",
        { TotalHours: < 24, Minutes: > 0 } hours => $"{hours.Hours} h {hours.Minutes} min",
        { TotalHours: < 24 } hours => $"{hours.Hours} h",
        { TotalDays: < 10, Hours: > 0 } days => $"{days.Days} d {days.Hours} h",
        var days => $"{days.Days} d",
    };

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}
