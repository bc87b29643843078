using System.Text;

namespace EdgeSync.Signing.Text;

/// <summary>Makes untrusted text safe for a message: limited in length, and without control characters for terminals or logs.</summary>
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
