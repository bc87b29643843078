using System.Globalization;
using Cronos;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>report</c>: when the site reports what became of a night.</summary>
internal sealed record ReportSection
{
    private const string Never = "none";

    /// <summary>The time of the day, as five fields in the zone of the site; null for when the last window of a night has closed.</summary>
    public CronExpression? At { get; init; }

    /// <summary>Whether the site makes no reports.</summary>
    public bool IsOff { get; init; }

    public static ReportSection Read(YamlSection reader) => reader.Value("at", new ReportSection(), Parse) ?? new ReportSection();

    private static (ReportSection? Value, string? Problem) Parse(string text) => text == Never
        ? (new ReportSection { IsOff = true }, null)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (new ReportSection { At = CronExpression.Parse(string.Create(CultureInfo.InvariantCulture, $"{time.Minute} {time.Hour} * * *")) }, null)
            : (null, $"'{text}' is no time of the day; write \"06:30\", or '{Never}'");
}
