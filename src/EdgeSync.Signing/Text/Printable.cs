using System.Text;

namespace EdgeSync.Signing.Text;

/// <summary>Makes text of a stranger fit for a message: bounded, and without characters that steer a terminal or a log.</summary>
internal static class Printable
{
    private const int MaxLength = 128;

    public static string Of(string text)
    {
        var printable = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (printable.Length >= MaxLength)
            {
                return printable.Append('…').ToString();
            }

            printable.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format ? "?" : rune.ToString());
        }

        return printable.ToString();
    }
}
