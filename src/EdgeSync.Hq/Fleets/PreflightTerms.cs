using System.Globalization;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>By when a site must be ready, and how long everything has to hold after that.</summary>
/// <param name="Deadline">By when, or null.</param>
/// <param name="MissionHours">For how many hours, or null where no mission is named.</param>
public sealed record PreflightTerms(DateTimeOffset? Deadline = null, int? MissionHours = null)
{
    private const int MaxMissionHours = (int)(PreflightHint.MaxMissionSeconds / 3600);
    private static readonly TimeSpan MaxDeadline = TimeSpan.FromDays(7);

    /// <summary>Reads what a form sends: the deadline as a time of day (06:30, UTC, the next that comes) or a whole time, and the hours. Null with a sentence about what is wrong.</summary>
    public static PreflightTerms? TryRead(string deadline, string mission, DateTimeOffset now, out string? problem)
    {
        problem = null;
        DateTimeOffset? until = null;
        if (deadline.Trim() is { Length: > 0 } text && (until = ReadTime(text, now)) is null)
        {
            problem = $"'{text}' is no deadline: write a time of day in UTC (06:30), or a whole time (2026-12-24T06:30:00Z)";
            return null;
        }

        int? hours = null;
        if (mission.Trim() is { Length: > 0 } length)
        {
            if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                problem = $"'{length}' is no mission: write a whole number of hours";
                return null;
            }

            hours = number;
        }

        var terms = new PreflightTerms(until, hours);
        problem = terms.FindProblem(now);
        return problem is null ? terms : null;
    }

    /// <summary>What is wrong with it, or null.</summary>
    public string? FindProblem(DateTimeOffset now) =>
        Deadline <= now ? $"the deadline {DisplayText.Time(Deadline.Value)} is over"
        : Deadline > now + MaxDeadline ? $"the deadline {DisplayText.Time(Deadline.Value)} is more than {MaxDeadline.Days} days away"
        : MissionHours is < 1 or > MaxMissionHours ? $"a mission lasts 1 to {MaxMissionHours} hours"
        : null;

    private static DateTimeOffset? ReadTime(string text, DateTimeOffset now)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + clock.ToTimeSpan();
            return today > now ? today : today.AddDays(1);
        }

        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : null;
    }
}
