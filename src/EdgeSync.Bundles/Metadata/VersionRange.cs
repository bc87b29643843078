using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeSync.Bundles.Metadata;

/// <summary>
/// A range of versions: one to four comparisons with a blank between them that must all hold, <c>&gt;=1.27 &lt;1.33</c>. A comparison is
/// <c>&gt;=</c>, <c>&gt;</c>, <c>&lt;=</c>, <c>&lt;</c> or <c>=</c> and one to three numbers; missing ones are 0. What follows the numbers of an actual
/// version (<c>-rc.1</c>, <c>+k3s1</c>) is ignored.
/// </summary>
public sealed class VersionRange
{
    private const int MaxComparisons = 4;
    private static readonly string[] Operators = [">=", "<=", ">", "<", "="];

    private readonly string _text;
    private readonly IReadOnlyList<(string Operator, Version Bound)> _comparisons;

    private VersionRange(string text, IReadOnlyList<(string Operator, Version Bound)> comparisons)
    {
        _text = text;
        _comparisons = comparisons;
    }

    /// <summary>Reads a range; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionRange? range)
    {
        range = null;
        var comparisons = new List<(string, Version)>();
        foreach (var part in (text ?? "").Split(' '))
        {
            if (Array.Find(Operators, o => part.StartsWith(o, StringComparison.Ordinal)) is not { } comparison
                || !TryParseNumbers(part.AsSpan(comparison.Length), out var bound))
            {
                return false;
            }

            comparisons.Add((comparison, bound));
        }

        range = comparisons.Count <= MaxComparisons ? new VersionRange(text!, comparisons) : null;
        return range is not null;
    }

    /// <summary>Whether the version (<c>v1.31.4+k3s1</c>) is in the range. One that cannot be read is not.</summary>
    public bool Contains(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var numbers = version.AsSpan(version.StartsWith('v') ? 1 : 0);
        var end = numbers.IndexOfAny('-', '+');
        return TryParseNumbers(end < 0 ? numbers : numbers[..end], out var found) && _comparisons.All(c => Holds(found, c.Operator, c.Bound));
    }

    /// <summary>The text that it was read from.</summary>
    public override string ToString() => _text;

    private static bool Holds(Version found, string comparison, Version bound) => comparison switch
    {
        ">=" => found >= bound,
        "<=" => found <= bound,
        ">" => found > bound,
        "<" => found < bound,
        _ => found == bound,
    };

    private static bool TryParseNumbers(ReadOnlySpan<char> text, out Version version)
    {
        const int MaxNumbers = 3;
        version = new Version(0, 0, 0);
        Span<int> numbers = stackalloc int[MaxNumbers];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (count == MaxNumbers || !int.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count++]))
            {
                return false;
            }
        }

        version = new Version(numbers[0], numbers[1], numbers[2]);
        return true;
    }
}
