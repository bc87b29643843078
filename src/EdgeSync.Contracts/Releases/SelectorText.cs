using System.Buffers;

namespace EdgeSync.Contracts.Releases;

/// <summary>Label requirements as kubectl takes them: <c>k=v</c>, <c>k!=v</c>, <c>k</c>, <c>!k</c>, <c>k in (a,b)</c>, <c>k notin (a,b)</c>.</summary>
public static class SelectorText
{
    /// <summary>What to write, for an error message.</summary>
    public const string Rule = "write k=v, k!=v, k, !k, 'k in (a,b)' or 'k notin (a,b)'";

    private static readonly SearchValues<char> NotInKeys = SearchValues.Create("=!(), ");
    private static readonly SearchValues<char> NotInValues = SearchValues.Create("=!() ");

    /// <summary>Reads one requirement; null for text that is none.</summary>
    public static LabelRequirement? TryParse(string text)
    {
        var trimmed = text.Trim();
        return TryParseSet(trimmed, " notin ", LabelOperator.NotIn)
            ?? TryParseSet(trimmed, " in ", LabelOperator.In)
            ?? TryParsePair(trimmed, "!=", LabelOperator.NotIn)
            ?? TryParsePair(trimmed, "==", LabelOperator.In)
            ?? TryParsePair(trimmed, "=", LabelOperator.In)
            ?? TryParseKey(trimmed);
    }

    /// <summary>Reads requirements that are separated by commas, as kubectl's <c>--selector</c> takes them; null for text that is none. An empty text chooses every site.</summary>
    public static LabelSelector? TryParseAll(string text)
    {
        var requirements = string.IsNullOrWhiteSpace(text) ? [] : Split(text).Select(TryParse).ToList();
        return requirements.Contains(null) ? null : new LabelSelector { MatchExpressions = [.. requirements.OfType<LabelRequirement>()] };
    }

    // A comma inside parentheses separates values.
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static LabelRequirement? TryParseSet(string text, string word, LabelOperator op)
    {
        var at = text.IndexOf(word, StringComparison.Ordinal);
        var values = at < 0 ? "" : text[(at + word.Length)..].Trim();
        return at > 0 && values is ['(', _, .., ')'] ? Create(text[..at], op, values[1..^1].Split(',', StringSplitOptions.TrimEntries)) : null;
    }

    private static LabelRequirement? TryParsePair(string text, string sign, LabelOperator op)
    {
        var at = text.IndexOf(sign, StringComparison.Ordinal);
        return at > 0 ? Create(text[..at], op, [text[(at + sign.Length)..].Trim()]) : null;
    }

    private static LabelRequirement? TryParseKey(string text) =>
        text.StartsWith('!') ? Create(text[1..], LabelOperator.DoesNotExist, []) : Create(text, LabelOperator.Exists, []);

    private static LabelRequirement? Create(string key, LabelOperator op, string[] values)
    {
        var name = key.Trim();
        return name.Length > 0 && !name.AsSpan().ContainsAny(NotInKeys) && values.All(value => value.Length > 0 && !value.AsSpan().ContainsAny(NotInValues))
            ? new LabelRequirement(name, op, values.Length > 0 ? values : null)
            : null;
    }
}
