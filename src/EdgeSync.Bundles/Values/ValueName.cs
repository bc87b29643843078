namespace EdgeSync.Bundles.Values;

/// <summary>The names of values. <c>SITE</c>, <c>FLEET</c> and <c>LABEL_…</c> are given by every site and cannot be declared.</summary>
public static class ValueName
{
    /// <summary>The site's name.</summary>
    public const string Site = "SITE";

    /// <summary>The fleet's name.</summary>
    public const string Fleet = "FLEET";

    /// <summary>The beginning of the names of the site's labels.</summary>
    public const string LabelPrefix = "LABEL_";

    /// <summary>Words for a message that refuses a name.</summary>
    public const string Rule = "use letters, digits and underscores, at most 128, and no digit at the beginning";

    private const int MaxLength = 128;

    /// <summary>Whether the text can name a value.</summary>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxLength && !char.IsAsciiDigit(text[0]) && text.All(IsNameCharacter);
    }

    /// <summary>Whether every site gives a value of this name by itself.</summary>
    public static bool IsBuiltIn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is Site or Fleet || name.StartsWith(LabelPrefix, StringComparison.Ordinal);
    }

    /// <summary>Why a bundle cannot declare this name; null where it can.</summary>
    public static string? DeclarationProblem(string name) =>
        !IsValid(name) ? $"'{name}' is no name of a value: {Rule}"
        : IsBuiltIn(name) ? $"'{name}' is given by each site ({Site}, {Fleet} and {LabelPrefix}…) and is not declared"
        : null;

    /// <summary>The name of the value of a label: what a name cannot have becomes an underscore.</summary>
    public static string OfLabel(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return LabelPrefix + string.Concat(label.Select(c => IsNameCharacter(c) ? c : '_'));
    }

    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
