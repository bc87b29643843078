using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Agent.Commands;

/// <summary>Values and names of a cluster for a terminal: nothing in them is a control sequence, turns the line round, or fills the screen.</summary>
internal static class PlanText
{
    private const int LongestValue = 120;
    private const int LongestSentence = 400;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value as JSON; a long one is cut, with its length.</summary>
    public static string Value(JsonNode? value, bool isWhole)
    {
        var json = Safe(value is null ? "null" : Write(value));
        return isWhole || json.Length <= LongestValue
            ? json
            : string.Create(CultureInfo.InvariantCulture, $"{Cut(json, LongestValue)}… ({json.Length:N0} characters)");
    }

    /// <summary>A sentence on one line; of a long one, its beginning and its end.</summary>
    public static string Sentence(string text, bool isWhole = false) =>
        Safe(ShortText.Of(text.ReplaceLineEndings(" "), isWhole ? int.MaxValue : LongestSentence));

    /// <summary>The text with what is not printable as <c>\u001b</c>.</summary>
    public static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                safe.Append(text[i]).Append(text[++i]);
            }
            else if (IsPrintable(text[i]))
            {
                safe.Append(text[i]);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }

        return safe.ToString();
    }

    private static string Write(JsonNode value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static bool IsPrintable(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Cut(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
