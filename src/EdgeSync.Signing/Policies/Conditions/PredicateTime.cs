using System.Globalization;

namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>Times in predicates (RFC 3339), with any number of fractional digits.</summary>
internal static class PredicateTime
{
    private const int MaxLength = 40;

    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;

        // Go writes nine digits of a second, .NET reads seven.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot + 1;
        while (dot > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var plain = dot > 0 && end > dot + 1 ? text.Remove(dot, end - dot) : text;
        return text.Length <= MaxLength
            && DateTimeOffset.TryParseExact(plain, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    public static string Describe(TimeSpan age) => age.TotalHours >= 48
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(age.TotalDays)} days")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(age.TotalHours)} h {age.Minutes} min");

    private static string[] Formats { get; } = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"];
}
