using System.Globalization;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads an entry of <c>blackout</c>: a day or a range, once (<c>2026-11-27</c>) or every year (<c>12-24</c>).</summary>
internal static class BlackoutReader
{
    private const string Once = "yyyy-MM-dd";
    private const string Yearly = "MM-dd";

    // Has a February 29th.
    private const string AnyYear = "2000-";

    public static Blackout? Read(YamlSection reader)
    {
        var reason = reader.Text("reason", "stocktaking");
        reader.Require("from", "2026-11-27");
        var from = reader.Value("from", null, ParseDay);
        var to = reader.Has("to") ? reader.Value("to", null, ParseDay) : from;
        if (from is null || to is null || reason.Length == 0)
        {
            return null;
        }

        if (from.IsYearly != to.IsYearly)
        {
            reader.Fault("to", $"has another form than 'from'; write both with a year ({Once}) or both without ({Yearly}), for every year");
            return null;
        }

        if (!from.IsYearly && to.Day < from.Day)
        {
            reader.Fault("to", "is before 'from'");
            return null;
        }

        return new Blackout(from.Day, to.Day, from.IsYearly, reason);
    }

    private static (WrittenDay? Value, string? Problem) ParseDay(string text) =>
        DateOnly.TryParseExact(text, Once, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (new WrittenDay(day, IsYearly: false), null)
        : DateOnly.TryParseExact(AnyYear + text, Once, CultureInfo.InvariantCulture, DateTimeStyles.None, out day) ? (new WrittenDay(day, IsYearly: true), null)
        : (null, $"'{text}' is no day; write 2026-11-27, or 11-27 for every year");

    private sealed record WrittenDay(DateOnly Day, bool IsYearly);
}
