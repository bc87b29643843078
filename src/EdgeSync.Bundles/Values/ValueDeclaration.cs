using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace EdgeSync.Bundles.Values;

/// <summary>A value that a bundle's manifests use: its type, and which values fit. The keywords mean what they mean in JSON Schema.</summary>
public sealed record ValueDeclaration
{
    /// <summary>The most characters of a value.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxPattern = 1000;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    /// <summary>What a field that is nothing but the value becomes.</summary>
    public DeclaredType Type { get; init; }

    /// <summary>The value where nobody gives one; null where somebody must.</summary>
    public string? Default { get; init; }

    /// <summary>The only values that fit; null for any.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>A regular expression that the text must match somewhere; it is never matched by backtracking. Null for none.</summary>
    public string? Pattern { get; init; }

    /// <summary>The lowest number, or null.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The highest number, or null.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>Whether it may only go into Secrets, and is never shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Secret { get; init; }

    /// <summary>What it is for, for people; or null.</summary>
    public string? Description { get; init; }

    /// <summary>Why a text is no such value, in words that go behind the value's name; null where it is one.</summary>
    public string? FindProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            return $"has {text.Length} characters; at most {MaxLength} are accepted";
        }

        var shown = Secret ? "what it is now (a secret is not shown)" : $"'{text}'";
        return ParseNumber(text) is var number && !FitsType(text, number) ? $"must be {Describe(Type)}, and is {shown}"
            : Enum is { } choices && !choices.Contains(text, StringComparer.Ordinal) ? $"must be one of {string.Join(", ", choices)}, and is {shown}"
            : number < Minimum ? string.Create(CultureInfo.InvariantCulture, $"must be at least {Minimum}, and is {shown}")
            : number > Maximum ? string.Create(CultureInfo.InvariantCulture, $"must be at most {Maximum}, and is {shown}")
            : Pattern is { } pattern && !Matches(pattern, text) ? $"must match the pattern {pattern}, and is {shown}"
            : null;
    }

    /// <summary>Why this is no declaration; null where nothing is wrong.</summary>
    public string? FindOwnProblem() => this switch
    {
        { Enum: { } choices } when choices.Count == 0 || choices.Any(choice => choice is null) => "'enum' must name at least one value",
        { Enum: { } choices } when choices.FirstOrDefault(choice => (this with { Enum = null }).FindProblem(choice) is not null) is { } wrong => $"the value '{wrong}' of 'enum' does not fit the rest",
        { Pattern: { } pattern } when TryCompile(pattern) is null => $"the pattern '{pattern}' is no regular expression that can be matched without backtracking, or has more than {MaxPattern} characters",
        { Pattern: not null, Type: not DeclaredType.Text } => "'pattern' is for the type string",
        { Type: DeclaredType.Text or DeclaredType.Flag } when Minimum is not null || Maximum is not null => "'minimum' and 'maximum' are for the types integer and number",
        _ when Minimum > Maximum => "'minimum' is above 'maximum'",
        { Secret: true, Type: not DeclaredType.Text } => "a secret is of the type string",
        { Secret: true } when Default is not null || Enum is not null => "a secret has no 'default' and no 'enum': everybody who can read the bundle could read it",
        { Default: { } given } when FindProblem(given) is { } problem => $"its default {problem}",
        _ => null,
    };

    /// <summary>The value as a field of its type. It must fit.</summary>
    public JsonNode ToJson(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Type switch
        {
            DeclaredType.WholeNumber => (JsonNode)long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            DeclaredType.Number => (JsonNode)decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
            DeclaredType.Flag => (JsonNode)(text == "true"),
            _ => (JsonNode)text,
        };
    }

    internal static string Describe(DeclaredType type) => type switch
    {
        DeclaredType.WholeNumber => "a whole number",
        DeclaredType.Number => "a number",
        DeclaredType.Flag => "true or false",
        _ => "a text without control characters",
    };

    private static decimal? ParseNumber(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    // The numbers are those of JSON: no plus sign, no leading zero, no bare point.
    private bool FitsType(string text, decimal? number) => Type switch
    {
        DeclaredType.WholeNumber => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == text,
        DeclaredType.Number => number is not null && char.IsAsciiDigit(text[^1]) && text.TrimStart('-') is ['0'] or ['0', '.', ..] or [>= '1' and <= '9', ..],
        DeclaredType.Flag => text is "true" or "false",
        _ => !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')),
    };

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return TryCompile(pattern)?.IsMatch(text) == true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex? TryCompile(string pattern)
    {
        try
        {
            return pattern.Length > MaxPattern ? null : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, PatternLimit);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>The type of a value, by the names of JSON Schema.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeclaredType>))]
public enum DeclaredType
{
    /// <summary>A text.</summary>
    [JsonStringEnumMemberName("string")] Text,

    /// <summary>A whole number.</summary>
    [JsonStringEnumMemberName("integer")] WholeNumber,

    /// <summary>A number.</summary>
    [JsonStringEnumMemberName("number")] Number,

    /// <summary>True or false.</summary>
    [JsonStringEnumMemberName("boolean")] Flag,
}
