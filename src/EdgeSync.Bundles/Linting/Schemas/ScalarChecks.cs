using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>What single values may be, and how to say that one is something else.</summary>
internal static partial class ScalarChecks
{
    private const int LongestShownText = 40;

    /// <summary>What is wrong with a value of a kind that is neither map nor list; null if nothing is.</summary>
    public static (string Rule, string Message)? Problem(JsonNode node, ValueSchema schema)
    {
        var kind = node.GetValueKind();
        var text = kind == JsonValueKind.String ? node.GetValue<string>() : null;
        return schema.Kind switch
        {
            ValueKind.Text => text is null ? (LintRules.FieldType, $"must be a text, and is {Describe(node)}{Quotes(node)}") : null,
            ValueKind.Choice => text is null ? (LintRules.FieldType, $"must be a text, and is {Describe(node)}{Quotes(node)}")
                : text.Length == 0 || schema.Choices.Contains(text) ? null : (LintRules.FieldValue, NotOneOf(text, schema.Choices)),
            ValueKind.Int32 => Integer(node, int.MinValue, int.MaxValue),
            ValueKind.Int64 => Integer(node, long.MinValue, long.MaxValue),
            ValueKind.Number => kind == JsonValueKind.Number ? null : (LintRules.FieldType, $"must be a number, and is {Describe(node)}{NoQuotes(text)}"),
            ValueKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False ? null
                : (LintRules.FieldType, $"must be true or false, and is {Describe(node)}{(text is "true" or "false" ? "; write it without quotes" : "")}"),
            ValueKind.Bytes => text is null ? (LintRules.FieldType, $"must be a text in base64, and is {Describe(node)}{Quotes(node)}")
                : IsBase64(text) ? null : (LintRules.FieldValue, "is not base64; encode it, or in a Secret put it below stringData"),
            ValueKind.Time => text is null || !IsTime(text) ? (LintRules.FieldValue, $"must be a time such as \"2026-11-30T02:00:00Z\", and is {Describe(node)}") : null,
            ValueKind.QuantityText when kind == JsonValueKind.Number => (LintRules.FieldType, $"must be a quantity as text, and is {Describe(node)}; write it in quotes"),
            ValueKind.Quantity or ValueKind.QuantityText => kind == JsonValueKind.Number || (text is not null && Quantity().IsMatch(text)) ? null
                : (LintRules.FieldValue, $"must be a quantity such as 500m, 2 or 64Mi, and is {Describe(node)}"),
            ValueKind.IntOrString => text is not null || (kind == JsonValueKind.Number && Integer(node, int.MinValue, int.MaxValue) is null) ? null
                : (LintRules.FieldType, $"must be a whole number or a text, and is {Describe(node)}"),
            _ => null,
        };
    }

    /// <summary>Whether the value is a whole number beyond the type's range, of which some servers keep a part in silence.</summary>
    public static bool IsOnlyTooLarge(JsonNode node, ValueSchema schema) =>
        schema.Kind == ValueKind.Int32 && node.GetValueKind() == JsonValueKind.Number && Integer(node, long.MinValue, long.MaxValue) is null;

    /// <summary>The value in words: <c>the number 8080</c>, <c>the text "80"</c>, <c>a map</c>.</summary>
    public static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "a map",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Shorten(node.GetValue<string>())}\"",
        JsonValueKind.Number => $"the number {Shorten(node.ToJsonString())}",
        var kind => $"the boolean {(kind == JsonValueKind.True ? "true" : "false")}",
    };

    /// <summary>That a text is none of those that are allowed.</summary>
    public static string NotOneOf(string text, IReadOnlyList<string> choices)
    {
        var nearest = NearestName.Find(text, choices);
        var all = string.Join(", ", choices.Where(choice => choice.Length > 0));
        return $"is '{Shorten(text)}', and must be one of {all}{(nearest is null ? "" : $"; did you mean '{nearest}'?")}";
    }

    /// <summary>A text that is not too long to be shown.</summary>
    public static string Shorten(string text) => text.Length <= LongestShownText ? text : string.Concat(text.AsSpan(0, LongestShownText), "…");

    private static (string Rule, string Message)? Integer(JsonNode node, long least, long most)
    {
        if (node.GetValueKind() != JsonValueKind.Number)
        {
            var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
            return (LintRules.FieldType, $"must be a whole number, and is {Describe(node)}{NoQuotes(text)}");
        }

        if (!decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            return (LintRules.FieldValue, $"must be from {least} to {most}, and is {Describe(node)}");
        }

        return decimal.Truncate(number) == number ? null : (LintRules.FieldType, $"must be a whole number, and is {Describe(node)}");
    }

    private static string Quotes(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Number => "; write it in quotes",
        JsonValueKind.True or JsonValueKind.False => " (so YAML reads true, yes, on, y and their opposites without quotes); write it in quotes",
        _ => "",
    };

    private static string NoQuotes(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "; write it without quotes" : "";

    // Go ignores line breaks in base64, and nothing else.
    private static bool IsBase64(string text)
    {
        var compact = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        return !compact.AsSpan().ContainsAny(' ', '\t') && Base64.IsValid(compact);
    }

    private static bool IsTime(string text) => Time().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\s*\z")]
    private static partial Regex Quantity();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Time();
}
