using System.Globalization;

namespace EdgeSync.Yaml.Syntax;

/// <summary>Says what is wrong at a place where the parser could not go on. Its own messages are written for who knows its inside.</summary>
internal static class SyntaxFaults
{
    /// <summary>What is wrong at this index of the text, and what to do.</summary>
    public static string Describe(string text, int index)
    {
        if (index >= text.Length || text.AsSpan(index).IsWhiteSpace())
        {
            return "the document ends where a value or a closing bracket or quote is expected";
        }

        return text[index] switch
        {
            '\t' => "a tab cannot be used for indentation; use blanks",
            '@' or '`' => $"a value cannot begin with '{text[index]}'; quote it",
            '%' => "a value cannot begin with '%', and this is no directive that is read here; quote it if it is a value",
            '*' or '&' => $"'{text[index]}' begins an anchor's name, and none follows that can be used here; quote the text if it is none",
            '!' => "'!' begins a tag, and this is none that can be used here; quote the text if it is none",
            '\\' => "YAML does not know this escape; write '\\\\' for a backslash, or use single quotes",
            '"' or '\'' => "this quote is not closed, or text follows its end; check the quotes",
            ']' or '}' => $"'{text[index]}' closes a bracket that is not open here",
            '[' or '{' => $"a ',' is missing before '{text[index]}', or this bracket is not closed",
            '|' or '>' => "behind '|' or '>' only '+', '-' or a digit may follow, and the text begins on the next line, indented by blanks",
            '-' => "a list entry '- ' cannot begin here; check the indentation, or quote the text",
            ':' => "a ':' and a blank begin a value, which is not possible here; quote the text before it",
            '?' => "'?' cannot be used here; quote the text",
            _ => "this is not possible here in YAML; check the indentation, and whether a ',' , a ':' or a quote is missing before it",
        };
    }

    /// <summary>
    /// What Kubernetes refuses in a double-quoted text and SharpYaml accepts: the escape <c>\/</c>, and half a surrogate pair as <c>\u</c>. Null if there is none.
    /// </summary>
    public static string? FindRefusedEscape(string text, int start, int end)
    {
        for (var i = start; i < end - 1; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            if (text[++i] == '/')
            {
                return "the escape '\\/' is JSON's; YAML 1.1 does not know it";
            }

            if (text[i] == 'u' && i + 4 < end
                && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) && char.IsSurrogate((char)unit))
            {
                return "an escape of this text is no character; YAML has '\\U' and 8 digits where JSON has two '\\u'";
            }
        }

        return null;
    }
}
