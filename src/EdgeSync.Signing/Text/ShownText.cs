using System.Text;

namespace EdgeSync.Signing.Text;

/// <summary>Makes untrusted text safe for a sentence: short, in one line, without control characters.</summary>
internal static class ShownText
{
    private const int MaxLength = 160;

    public static string Of(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, MaxLength) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxLength)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
