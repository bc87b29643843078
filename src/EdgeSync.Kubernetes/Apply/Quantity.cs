using System.Buffers;
using System.Globalization;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Amounts as Kubernetes writes them: <c>1</c>, <c>1000m</c>, <c>1Gi</c>, <c>1e3</c>. The API server stores each in the unit in which it came.</summary>
public static class Quantity
{
    private const int Longest = 32;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    // Under these names, and under no other, a built-in kind has amounts.
    private static readonly string[] Maps =
        ["limits", "requests", "hard", "capacity", "default", "defaultRequest", "max", "min", "maxLimitRequestRatio", "podFixed", "overhead"];

    private static readonly string[] Single = ["sizeLimit", "divisor", "averageValue", "targetAverageValue", "targetValue"];

    /// <summary>Whether the field at this JSON pointer is an amount, if it looks like one.</summary>
    public static bool IsAt(string path)
    {
        var names = path.Split('/');
        return Single.Contains(names[^1]) || (names.Length > 1 && (Maps.Contains(names[^2]) || names is [.., "target", "value"]));
    }

    /// <summary>Whether both texts are amounts, and the same.</summary>
    public static bool AreEqual(string left, string right) => Parse(left) is { } one && Parse(right) is { } other && one == other;

    /// <summary>Whether both texts are amounts, and the left one is not more than the right one.</summary>
    public static bool IsAtMost(string left, string right) => Parse(left) is { } one && Parse(right) is { } other && one <= other;

    private static decimal? Parse(string text)
    {
        if (text.Length is 0 or > Longest)
        {
            return null;
        }

        var end = text.AsSpan().LastIndexOfAny(Digits) + 1;
        try
        {
            return decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
                && FactorOf(text[end..]) is { } factor ? value * factor : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static decimal? FactorOf(string unit) => unit switch
    {
        "" => 1,
        "n" => 1e-9m,
        "u" => 1e-6m,
        "m" => 1e-3m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1L << 10,
        "Mi" => 1L << 20,
        "Gi" => 1L << 30,
        "Ti" => 1L << 40,
        "Pi" => 1L << 50,
        "Ei" => 1L << 60,
        _ => null,
    };
}
