using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeSync.Primitives.Text;

/// <summary>Makes one line of what a program or a server has said, so that it can be part of a message.</summary>
public static partial class OneLine
{
    /// <summary>The text without terminal escapes and control characters, with single blanks, and none at its ends.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Blanks().Replace(
            string.Concat(Escape().Replace(text, "").Select(letter => char.IsControl(letter) ? ' ' : letter).Where(letter => char.GetUnicodeCategory(letter) is not UnicodeCategory.Format)),
            " ").Trim();
    }

    [GeneratedRegex(@"\x1B(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(\x07|\x1B\\)?|.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
