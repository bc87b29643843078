using System.Globalization;
using System.Text;

namespace EdgeSync.Yaml.Syntax;

/// <summary>Says what is wrong at a place where the parser cannot go on. The parser's own messages are written for people who know its inside.</summary>
internal static class SyntaxFaults
{
    private const string KnownEscapes = "0abt\tnvfre \"'\\N_LP\n\rxuU";

    /// <summary>Where the fault is, if the parser stopped at this index, what is wrong there, and what to do.</summary>
    public static (int Index, string Message) Find(string text, int index)
    {
        if (index >= text.Length || text.AsSpan(index).IsWhiteSpace())
        {
            return (index, text.TrimStart().StartsWith('%')
                ? "Kubernetes does not read a '%' line: it cuts the text at '---' first; take the line out"
                : "the document ends where a value, or the end of a bracket or quote, is expected");
        }

        if (text[index] == '"' && FindEscape(text, index + 1) is { } escape)
        {
            return escape;
        }

        if (text[index] is '|' or '>' && text.IndexOf('\n', index) is >= 0 and var end && text.AsSpan(end + 1).StartsWith('\t'))
        {
            return (end + 1, "a line of this text is indented by a tab; use blanks");
        }

        return (index, text.AsSpan(index).StartsWith("...", StringComparison.Ordinal) ? "a document cannot begin with '...'; take the line out"
            : IsBehindDocumentEnd(text, index) ? "Kubernetes drops what follows '...'; begin a new document with a line '---'"
            : Describe(text[index]));
    }

    /// <summary>Where the text of a double-quoted scalar begins: behind its anchor, its tag and the comments between them.</summary>
    public static int FindQuotedText(string text, int start)
    {
        var i = start;
        while (text[i] != '"')
        {
            i = char.IsWhiteSpace(text[i]) ? i + 1
                : i + text.AsSpan(i).IndexOfAny(text[i] == '#' ? "\r\n" : " \t\r\n");
        }

        return i + 1;
    }

    /// <summary>
    /// The first escape of a double-quoted text that Kubernetes refuses: one that YAML 1.1 does not know, and half a surrogate pair as <c>\u</c>. Null if there
    /// is none.
    /// </summary>
    public static (int Index, string Message)? FindEscape(string text, int start)
    {
        for (var i = start; i < text.Length - 1 && text[i] != '"'; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            var escape = i++;
            if (text[i] == '/')
            {
                return (escape, "the escape '\\/' is JSON's; YAML 1.1 does not know it");
            }

            if (!KnownEscapes.Contains(text[i], StringComparison.Ordinal))
            {
                return (escape, "YAML does not know this escape; write '\\\\' for a backslash, or use single quotes");
            }

            var digits = text[i] switch { 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0 && i + digits < text.Length
                && uint.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && !Rune.IsValid(value))
            {
                return (escape, digits == 4 ? "this escape is no character; YAML has '\\U' and 8 digits where JSON has two '\\u'" : "this escape is no character");
            }
        }

        return null;
    }

    private static string Describe(char character) => character switch
    {
        '\t' => "a tab cannot be used for indentation; use blanks",
        '@' or '`' or '%' => $"a value cannot begin with '{character}'; quote it",
        '*' or '&' => $"'{character}' begins the name of an anchor, which is missing or cannot be used here; quote the text if it is none",
        '!' => "'!' begins a tag, and this is none that can be used here; quote the text if it is none",
        '"' or '\'' => "this quote has no end, or a ',' or ':' is missing before it",
        ']' or '}' => $"'{character}' closes a bracket that is not open here",
        '[' or '{' => $"a ',' is missing before '{character}', or this bracket is not closed",
        '|' or '>' => $"'{character}' begins a block text: only '+', '-' or a digit may follow, its lines are indented by blanks, and it cannot be used inside brackets",
        '-' => "a list entry '- ' cannot begin here; check the indentation, or quote the text",
        ':' => "a ':' and a blank begin a value, which is not possible here: a ',' or a line break is missing before its key, or the text needs quotes",
        '?' => "a text with '?' cannot be used inside brackets; quote it",
        _ => "this is not possible here: check the indentation, and whether a ',' or a ':' is missing before it",
    };

    private static bool IsBehindDocumentEnd(string text, int index)
    {
        var before = text.AsSpan(0, index).TrimEnd();
        return before.EndsWith("...", StringComparison.Ordinal) && (before.Length == 3 || before[^4] == '\n');
    }
}
