using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>The limits that a schema of a CustomResourceDefinition sets for one value.</summary>
internal static class CustomValues
{
    private const int MaxPattern = 1000;
    private const int MaxText = 64 * 1024;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(200);
    private static readonly ConcurrentDictionary<string, Regex?> Patterns = new(StringComparer.Ordinal);

    // Kubernetes reads patterns as RE2 does, and .NET reads these parts in another way.
    private static readonly string[] OtherDialect = ["[[:", "\\Q", "\\z", "\\A", "\\C", "(?P", "\\p", "\\P", "\\x{", "(?U", "(?s", "(?m", "(?i", "\\b", "\\B"];

    /// <summary>What is wrong with the value, all at once.</summary>
    public static IEnumerable<string> Problems(JsonNode node, JsonObject schema)
    {
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => JsonNode.DeepEquals(choice, node)))
        {
            yield return node.GetValueKind() == JsonValueKind.String
                ? ScalarChecks.NotOneOf(node.GetValue<string>(), [.. choices.Select(choice => choice?.ToString() ?? "null")])
                : $"is {ScalarChecks.Describe(node)}, and must be one of {string.Join(", ", choices.Select(choice => choice?.ToJsonString() ?? "null"))}";
        }

        var problems = node switch
        {
            JsonArray list => Sizes(list.Count, schema, "minItems", "maxItems", "items"),
            JsonObject map => Sizes(map.Count, schema, "minProperties", "maxProperties", "fields"),
            _ when node.GetValueKind() == JsonValueKind.String => TextProblems(node.GetValue<string>(), schema),
            _ when node.GetValueKind() == JsonValueKind.Number => NumberProblems(node, schema),
            _ => [],
        };
        foreach (var problem in problems)
        {
            yield return problem;
        }
    }

    /// <summary>Whether an embedded object can have the text as its kind.</summary>
    public static bool IsKindName(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static IEnumerable<string> TextProblems(string text, JsonObject schema)
    {
        foreach (var problem in Sizes(text.EnumerateRunes().Count(), schema, "minLength", "maxLength", "letters"))
        {
            yield return problem;
        }

        if (schema.Text("pattern") is { Length: <= MaxPattern } pattern && IsCertain(text) && Patterns.GetOrAdd(pattern, Compile) is { } regex && !Matches(regex, text))
        {
            yield return $"is '{ScalarChecks.Shorten(text)}', and must match the pattern {pattern}";
        }
    }

    private static IEnumerable<string> NumberProblems(JsonNode node, JsonObject schema)
    {
        var number = ToDouble(node);
        if (schema["minimum"] is JsonValue minimum && ToDouble(minimum) is var least && (number < least || (number == least && schema.IsTrue("exclusiveMinimum"))))
        {
            yield return $"must be {(schema.IsTrue("exclusiveMinimum") ? "more than" : "at least")} {minimum.ToJsonString()}, and is {node.ToJsonString()}";
        }

        if (schema["maximum"] is JsonValue maximum && ToDouble(maximum) is var most && (number > most || (number == most && schema.IsTrue("exclusiveMaximum"))))
        {
            yield return $"must be {(schema.IsTrue("exclusiveMaximum") ? "less than" : "at most")} {maximum.ToJsonString()}, and is {node.ToJsonString()}";
        }
    }

    private static IEnumerable<string> Sizes(int size, JsonObject schema, string least, string most, string unit)
    {
        if (schema.Number(least) is { } min && size < min)
        {
            yield return $"must have at least {min} {unit}, and has {size}";
        }

        if (schema.Number(most) is { } max && size > max)
        {
            yield return $"must have at most {max} {unit}, and has {size}";
        }
    }

    private static double ToDouble(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    // Classes such as \d differ beyond ASCII, and '$' before a line break.
    private static bool IsCertain(string text) => text.Length <= MaxText && text.All(c => c is >= ' ' and <= '~');

    private static Regex? Compile(string pattern)
    {
        try
        {
            return OtherDialect.Any(part => pattern.Contains(part, StringComparison.Ordinal))
                ? null
                : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, PatternLimit);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool Matches(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }
}
