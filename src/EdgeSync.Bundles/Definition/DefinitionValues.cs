using System.Globalization;
using EdgeSync.Primitives;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads the values of <c>bundle.yaml</c>. Null means a missing key, or a value with a fault.</summary>
internal static class DefinitionValues
{
    public static string? RequiredText(this YamlSection map, string key)
    {
        map.Require(key, "");
        return map.StrictText(key);
    }

    public static string? StrictText(this YamlSection map, string key)
    {
        if (!map.TryGet(key, YamlKind.Scalar, "a text", out var node))
        {
            return null;
        }

        return Check(node, $"'{key}'", problem => map.Fault(key, problem));
    }

    public static IReadOnlyList<string> StrictTexts(this YamlSection map, string key) =>
        [.. map.Items(key).Select(item => TextOf(item, $"an entry of '{key}'")).OfType<string>()];

    /// <summary>The text of a list's entry.</summary>
    public static string? TextOf(YamlItem item, string what) => Check(item.Node, what, item.Fault);

    /// <summary>A text that has no <paramref name="problem"/>.</summary>
    public static string? CheckedText(this YamlSection map, string key, bool required, Func<string, string?> problem)
    {
        var text = required ? map.RequiredText(key) : map.StrictText(key);
        if (text is not null && problem(text) is { } words)
        {
            map.Fault(key, words);
        }

        return text;
    }

    /// <summary>A name, see <see cref="EntityName"/>.</summary>
    public static string? CheckedName(this YamlSection map, string key, bool required) =>
        map.CheckedText(key, required, name => EntityName.IsValid(name) ? null : $"'{name}' is no {key}: {EntityName.Rule}");

    /// <summary><c>true</c> or <c>false</c>; false where the key is missing.</summary>
    public static bool StrictFlag(this YamlSection map, string key)
    {
        if (!map.TryGet(key, YamlKind.Scalar, "true or false", out var node))
        {
            return false;
        }

        if (node.Value is not ("true" or "false"))
        {
            map.Fault(key, $"'{key}' must be true or false");
        }

        return node.Value == "true";
    }

    /// <summary>A whole number and one unit: <c>90s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public static TimeSpan? ShortDuration(this YamlSection map, string key, TimeSpan shortest, TimeSpan longest)
    {
        var wrongUnit = $"'{key}' must be a whole number with the unit s, m or h, as in 90s, 5m or 1h";
        return map.Parse<TimeSpan>(key, wrongUnit, text =>
        {
            var unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
            {
                's' => TimeSpan.FromSeconds(1),
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                _ => TimeSpan.Zero,
            };
            return unit == TimeSpan.Zero || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (null, wrongUnit)
                : unit * number >= shortest && unit * number <= longest ? (unit * number, "")
                : (null, $"'{key}' must be between {(int)shortest.TotalSeconds} seconds and {(int)longest.TotalHours} hours");
        });
    }

    /// <summary>A time in UTC, <c>2026-11-21T02:00:00Z</c>.</summary>
    public static DateTimeOffset? Time(this YamlSection map, string key)
    {
        var problem = $"'{key}' must be a UTC time as in 2026-11-21T02:00:00Z";
        return map.Parse<DateTimeOffset>(key, problem, text =>
            (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null, problem));
    }

    private static T? Parse<T>(this YamlSection map, string key, string wrongShape, Func<string, (T? Value, string Problem)> parse)
        where T : struct
    {
        if (map.Find(key) is not { } node || node.IsNull && !map.TryGet(key, YamlKind.Scalar, "", out _))
        {
            return null;
        }

        var (value, problem) = node.Kind == YamlKind.Scalar ? parse(node.Value) : (null, wrongShape);
        if (value is null)
        {
            map.Fault(key, problem);
        }

        return value;
    }

    /// <summary>The text of a value that every reader of YAML takes for one.</summary>
    internal static string? Check(YamlNode node, string what, Action<string> fault)
    {
        var problem = node.Kind != YamlKind.Scalar ? "be a text"
            : node.IsPlain && IsReadAsOtherType(node.Value) ? $"be a text; put quotes around {node.Value}"
            : node.Value.Length == 0 || node.Value.Any(char.IsControl) ? "not be empty or have control characters"
            : null;
        if (problem is null)
        {
            return node.Value;
        }

        fault($"{what} must {problem}");
        return null;
    }

    // To every other YAML reader an unquoted 1.10 is the number 1.1, and an unquoted yes is true.
    private static bool IsReadAsOtherType(string value) =>
        value.ToLowerInvariant() is "" or "~" or "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n"
        || (value.Any(char.IsAsciiDigit) && double.TryParse(value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        || value.StartsWith("0x", StringComparison.Ordinal) || value.StartsWith("0o", StringComparison.Ordinal);
}
