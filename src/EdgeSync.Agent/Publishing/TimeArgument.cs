using System.Globalization;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Publishing;

/// <summary>A time as people give it: so long from now (<c>30d</c>, <c>1h30m</c>), or a moment (<c>2026-12-24T18:00:00Z</c>).</summary>
internal sealed record TimeArgument(TimeSpan? After, DateTimeOffset? At)
{
    public const string Rule = "write how long from now (30d, 12h, 90m), or a time with its offset (2026-12-24T18:00:00Z)";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    public static TimeArgument? TryParse(string text)
    {
        if (UnitText.TryDuration(text, out var after, out _))
        {
            return new TimeArgument(after, null);
        }

        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new TimeArgument(null, at.ToUniversalTime())
            : null;
    }

    public DateTimeOffset From(DateTimeOffset now) => At ?? now + After!.Value;
}
