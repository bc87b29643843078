namespace EdgeSync.Primitives.Text;

/// <summary>Shortens text for messages.</summary>
public static class ShortText
{
    /// <summary>
    /// The text if it has at most <paramref name="length"/> characters, else its beginning, '…', and, of a long one, its end: the reason is often last. Never
    /// cuts a surrogate pair, so that what is written as JSON or UTF-8 stays what it was.
    /// </summary>
    public static string Of(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= length)
        {
            return text;
        }

        var tail = length < 256 ? 0 : length / 3;
        var end = Math.Max(0, length - tail - 1);
        var rest = text.Length - tail;
        end -= end > 0 && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        rest += rest < text.Length && char.IsLowSurrogate(text[rest]) ? 1 : 0;
        return $"{text.AsSpan(0, end)}…{text.AsSpan(rest)}";
    }
}
