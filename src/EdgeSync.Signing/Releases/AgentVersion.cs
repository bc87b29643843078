using System.Globalization;

namespace EdgeSync.Signing.Releases;

/// <summary>The parts of a semantic version (semver.org 2.0.0) that decide its order: three numbers and a pre-release. Build metadata is ignored.</summary>
internal readonly record struct AgentVersion(int Major, int Minor, int Patch, string PreRelease)
{
    private const int MaxLength = 64;

    /// <summary>Whether a version is at least the other; false if the agent's own text is not a version.</summary>
    public static bool Reaches(string agent, string minimum) =>
        TryParse(agent, out var have) && TryParse(minimum, out var want) && have.CompareTo(want) >= 0;

    public static bool TryParse(string text, out AgentVersion version)
    {
        version = default;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var core = text.Split('+', 2)[0];
        var parts = core.Split('-', 2);
        var numbers = parts[0].Split('.');
        var preRelease = parts.Length == 2 ? parts[1] : "";
        if (numbers.Length != 3
            || !TryParseNumber(numbers[0], out var major) || !TryParseNumber(numbers[1], out var minor) || !TryParseNumber(numbers[2], out var patch)
            || (parts.Length == 2 && !IsPreRelease(preRelease)))
        {
            return false;
        }

        version = new AgentVersion(major, minor, patch, preRelease);
        return true;
    }

    private int CompareTo(AgentVersion other)
    {
        var byNumber = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return (byNumber, PreRelease.Length, other.PreRelease.Length) switch
        {
            (not 0, _, _) => byNumber,
            (_, 0, 0) => 0,
            (_, 0, _) => 1,
            (_, _, 0) => -1,
            _ => ComparePreRelease(PreRelease.Split('.'), other.PreRelease.Split('.')),
        };
    }

    private static int ComparePreRelease(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var leftIsNumber = TryParseNumber(left[i], out var leftNumber);
            var rightIsNumber = TryParseNumber(right[i], out var rightNumber);
            var order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => leftNumber.CompareTo(rightNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool IsPreRelease(string text) =>
        text.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}
