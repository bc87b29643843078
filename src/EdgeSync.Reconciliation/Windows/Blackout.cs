using System.Globalization;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>Days on which nothing begins, whatever the windows say: once, or every year.</summary>
/// <param name="First">The first day; of a yearly one, its month and day in any year.</param>
/// <param name="Last">The last day. A yearly one that ends before it begins goes on into the next year.</param>
/// <param name="IsYearly">Whether it comes every year.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record Blackout(DateOnly First, DateOnly Last, bool IsYearly, string Reason)
{
    /// <summary>From when until when it is, of the times that a day lies in or that end soon before or begin soon after it.</summary>
    internal IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Around(DateTimeOffset instant, TimeZoneInfo zone)
    {
        if (!IsYearly)
        {
            return [Span(First, Last, zone)];
        }

        var (year, wraps) = (TimeZoneInfo.ConvertTime(instant, zone).Year, (Last.Month, Last.Day).CompareTo((First.Month, First.Day)) < 0);
        return Enumerable.Range(year - 1, 3).Select(from => Span(In(First, from), In(Last, wraps ? from + 1 : from), zone));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var form = IsYearly ? "MM-dd" : "yyyy-MM-dd";
        var (first, last) = (First.ToString(form, CultureInfo.InvariantCulture), Last.ToString(form, CultureInfo.InvariantCulture));
        return $"the blackout {(first == last ? first : $"{first} to {last}")}{(IsYearly ? " of each year" : "")} ({Reason})";
    }

    private static (DateTimeOffset Start, DateTimeOffset End) Span(DateOnly first, DateOnly last, TimeZoneInfo zone) =>
        (LocalTime.ToInstant(first.ToDateTime(TimeOnly.MinValue), zone), LocalTime.ToInstant(last.AddDays(1).ToDateTime(TimeOnly.MinValue), zone));

    // February 29th is the 28th in other years.
    private static DateOnly In(DateOnly day, int year) => new(year, day.Month, Math.Min(day.Day, DateTime.DaysInMonth(year, day.Month)));
}
