using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeSync.Yaml;

/// <summary>Numbers with units as people write them: <c>90s</c>, <c>1h30m</c>, <c>10GiB</c>, <c>25%</c>.</summary>
public static class UnitText
{
    private static readonly (string Unit, TimeSpan Length)[] DurationUnits =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    private static readonly (string Unit, long Length)[] SizeUnits =
    [
        ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ];

    /// <summary>Reads a duration. Several parts must be in the order of their units, the longest first.</summary>
    public static bool TryDuration(string text, out TimeSpan duration, [NotNullWhen(false)] out string? problem)
    {
        duration = TimeSpan.Zero;
        var last = TimeSpan.MaxValue;
        foreach (var (number, unit) in Parts(text))
        {
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || number.Length > 9)
            {
                problem = $"'{text}' is no duration; write a whole number and a unit, such as 30s, 5m or 1h";
                return false;
            }

            var length = DurationUnits.FirstOrDefault(known => known.Unit == unit).Length;
            if (length == TimeSpan.Zero || length >= last)
            {
                problem = unit.Length == 0
                    ? $"'{text}' has no unit; write {count}s, {count}m, {count}h or {count}d"
                    : $"'{text}' has the wrong unit; the units are d, h, m, s and ms, the longest first";
                return false;
            }

            duration += length * count;
            last = length;
        }

        problem = last == TimeSpan.MaxValue ? "is empty; write a duration such as 30s, 5m or 1h" : null;
        return problem is null;
    }

    /// <summary>Reads a size in bytes.</summary>
    public static bool TrySize(string text, out long size, [NotNullWhen(false)] out string? problem)
    {
        size = 0;
        var parts = Parts(text).ToList();
        if (parts.Count != 1 || !long.TryParse(parts[0].Number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            problem = $"'{text}' is no size; write a whole number and a unit, such as 500MiB or 10GiB";
            return false;
        }

        var length = SizeUnits.FirstOrDefault(known => known.Unit == parts[0].Unit).Length;
        problem = length > 0 ? null
            : parts[0].Unit.Length == 0 ? $"'{text}' has no unit; write {count}MiB or {count}GiB"
            : $"'{text}' has the wrong unit; the units are KiB, MiB, GiB, TiB and kB, MB, GB, TB";
        if (problem is null && count > long.MaxValue / length)
        {
            problem = $"'{text}' is more than any disk holds";
        }

        size = problem is null ? length * count : 0;
        return problem is null;
    }

    /// <summary>Reads a share from 1% to 100% as a number up to 1.</summary>
    public static bool TryShare(string text, out double share, [NotNullWhen(false)] out string? problem)
    {
        var isWhole = int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent);
        problem = isWhole && percent is >= 1 and <= 100 && text.EndsWith('%') ? null : $"'{text}' is no share; write 1% to 100%, such as 25%";
        share = percent / 100.0;
        return problem is null;
    }

    /// <summary>Writes a duration in the form that <see cref="TryDuration"/> reads.</summary>
    public static string Duration(TimeSpan duration)
    {
        var text = "";
        foreach (var (unit, length) in Enumerable.Reverse(DurationUnits))
        {
            var count = duration.Ticks / length.Ticks;
            duration -= length * count;
            text += count > 0 ? $"{count}{unit}" : "";
        }

        return text.Length > 0 ? text : "0s";
    }

    private static IEnumerable<(string Number, string Unit)> Parts(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var number = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            var unit = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            yield return (text[number..unit], text[unit..at].Trim());
        }
    }
}
