namespace EdgeSync.Yaml.Syntax;

/// <summary>The characters that a YAML text may contain.</summary>
public static class YamlCharacters
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>Throws <see cref="YamlSyntaxException"/> for the first character that is not allowed.</summary>
    public static void Check(string text, int firstLine = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        int line = firstLine, lineStart = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\n')
            {
                line++;
                lineStart = i + 1;
            }
            else if (!IsAllowed(character))
            {
                throw new YamlSyntaxException(new TextPosition(line, i - lineStart + 1), $"the character U+{(int)character:X4} is not allowed in YAML");
            }
        }
    }

    // The line breaks that only YAML 1.1 knows (NEL, LS, PS) are refused: editors do not show them, and parsers disagree about them.
    private static bool IsAllowed(char character) => character switch
    {
        '\t' or '\n' or '\r' => true,
        < ' ' or (>= '\x7F' and < '\xA0') or '\u2028' or '\u2029' or ByteOrderMark or '\uFFFE' or '\uFFFF' => false,
        _ => true,
    };
}
