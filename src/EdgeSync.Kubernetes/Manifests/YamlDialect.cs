using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// Refuses what this parser and Kubernetes' parser (a YAML 1.1 one) are known to read differently. Each rule was found by comparing both
/// on generated documents.
/// </summary>
internal sealed class YamlDialect(string text)
{
    private const string NeverFirst = ",[]{}#&*!|>'\"%@`";
    private int _checked;

    public static void CheckAnchor(ParsingEvent node, string name)
    {
        if (name.Length > 0 && !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw Refuse(node, $"the anchor name '{name}' may hold letters, digits, '-' and '_' only");
        }
    }

    /// <summary>The rules for every node, by the text around its beginning.</summary>
    public void CheckNode(ParsingEvent node, bool isInFlow)
    {
        CheckGap(node);

        if (isInFlow && node is NodeEvent properties && !(properties.Tag.IsEmpty && properties.Anchor.IsEmpty))
        {
            throw Refuse(node, "tags and anchors inside [ ] and { } are not supported");
        }
    }

    /// <summary>Lines between the previous node and this one, or the end, must not be indented by tabs, even if they are empty or a comment.</summary>
    public void CheckGap(ParsingEvent node)
    {
        // The parser may place the end of a document behind its last character.
        var start = (int)Math.Min(node.Start.Index, text.Length);
        _checked = Math.Min(_checked, text.Length);
        var lineStart = _checked == 0 ? 0 : text.LastIndexOf('\n', _checked - 1) + 1;
        while (lineStart < start)
        {
            var indicators = text.AsSpan(lineStart).IndexOfAnyExcept(" \t-?:");
            var content = indicators < 0 ? text.Length : lineStart + indicators;
            if ((lineStart >= _checked || content >= _checked) && text.AsSpan(lineStart, Math.Max(0, Math.Min(content, start) - lineStart)).Contains('\t'))
            {
                throw Refuse(node, "a tab cannot be used for indentation");
            }

            var next = text.IndexOf('\n', lineStart);
            lineStart = next < 0 ? text.Length : next + 1;
        }

        _checked = Math.Max(_checked, (int)node.End.Index);
    }

    /// <summary>The blank lines at the end of the document, which belong to no node.</summary>
    public void CheckLastLines(ParsingEvent documentEnd)
    {
        CheckGap(documentEnd);
        var blank = text.AsSpan(text.AsSpan().TrimEnd(" \t\n").Length);
        if (blank.IndexOf('\n') is >= 0 and var firstEnd && blank[firstEnd..].Contains('\t'))
        {
            throw Refuse(documentEnd, "a blank line at the end holds a tab");
        }
    }

    /// <summary>Whether this map is a pair without braces, as in [a: b, c: d]; its end has no character of its own.</summary>
    public bool IsBarePair(MappingStart start) => start.Style == MappingStyle.Flow && text[(int)start.Start.Index] != '{';

    /// <summary>Inside [ ] and { }, what ends must be followed by a separator.</summary>
    public void CheckEnd(ParsingEvent node, bool isInFlow)
    {
        _checked = Math.Max(_checked, (int)node.End.Index);
        if (!isInFlow)
        {
            return;
        }

        var rest = text.AsSpan((int)Math.Min(node.End.Index, text.Length)).TrimStart(" \t\n");
        while (rest is ['#', ..] && rest.IndexOf('\n') is > 0 and var lineEnd)
        {
            rest = rest[lineEnd..].TrimStart(" \t\n");
        }

        if (!rest.IsEmpty && !",:]}".Contains(rest[0], StringComparison.Ordinal))
        {
            throw Refuse(node, "a comma is missing behind this");
        }
    }

    public void CheckScalar(Scalar scalar, bool isInFlow)
    {
        var first = (int)Math.Min(scalar.Start.Index, text.Length);
        var source = text.AsSpan(first, Math.Max(0, (int)Math.Min(scalar.End.Index, text.Length) - first));
        if (scalar.Style == ScalarStyle.DoubleQuoted && HasSlashEscape(source))
        {
            throw Refuse(scalar, "the escape '\\/' is JSON's; YAML 1.1 does not know it");
        }

        if (scalar.Style == ScalarStyle.Plain)
        {
            CheckPlain(scalar, isInFlow);
        }

        if (scalar.Style is ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted)
        {
            CheckEnd(scalar, isInFlow);
        }
        else if (isInFlow && scalar.Style is (ScalarStyle.Literal or ScalarStyle.Folded))
        {
            throw Refuse(scalar, "a block text cannot stand inside [ ] or { }");
        }
        else
        {
            CheckBlock(scalar, source);
        }
    }

    // A tab that stands before the text's own indentation is reached.
    private static void CheckBlock(Scalar scalar, ReadOnlySpan<char> source)
    {
        var indent = int.MaxValue;
        foreach (var line in source[(source.IndexOf('\n') + 1)..].EnumerateLines())
        {
            var spaces = line.Length - line.TrimStart(' ').Length;
            if (spaces < line.Length && line[spaces] != '\t')
            {
                indent = Math.Min(indent, spaces);
            }
        }

        var isSettled = false;
        foreach (var line in source[(source.IndexOf('\n') + 1)..].EnumerateLines())
        {
            var spaces = line.Length - line.TrimStart(' ').Length;
            if (spaces < line.Length && line[spaces] == '\t' && (spaces < indent || !isSettled))
            {
                throw Refuse(scalar, "a line of this text is indented by a tab");
            }

            isSettled |= spaces < line.Length;
        }
    }

    private void CheckPlain(Scalar scalar, bool isInFlow)
    {
        var value = scalar.Value;
        if (value.Length == 0)
        {
            CheckEmpty(scalar, isInFlow);
        }

        if (value.Length > 0 && (NeverFirst.Contains(value[0], StringComparison.Ordinal) || (isInFlow && value[0] is ('?' or ':'))))
        {
            throw Refuse(scalar, $"a text cannot begin with '{value[0]}' here; quote it");
        }

        var end = (int)Math.Min(scalar.End.Index, text.Length);
        var isFollowedByBlank = end >= text.Length || text[end] is ' ' or '\t' or '\n';
        if (value.Contains(": ", StringComparison.Ordinal) || (value is [.., ':'] && isFollowedByBlank))
        {
            throw Refuse(scalar, "a ':' and a blank inside a text begin a map that is not allowed here; quote the text");
        }

        if (value is [' ' or '\t', ..] or [.., ' ' or '\t'])
        {
            throw Refuse(scalar, "a text that is not quoted cannot begin or end with a blank");
        }

        if (end > scalar.Start.Index && text.AsSpan((int)scalar.Start.Index, end - (int)scalar.Start.Index).Contains('\n') && text.AsSpan(end).TrimStart(" \t\n") is [':', ..])
        {
            throw Refuse(scalar, "a key must stand on one line");
        }

        // A colon that touches a bracket or a comma ends the key for one parser and belongs to the text for the other.
        if (isInFlow && end + 1 < text.Length && text[end] == ':' && ",[]{}?".Contains(text[end + 1], StringComparison.Ordinal))
        {
            throw Refuse(scalar, "put a blank behind this ':'");
        }
    }

    private void CheckEmpty(Scalar scalar, bool isInFlow)
    {
        var at = (int)Math.Min(scalar.Start.Index, text.Length);
        var before = text.AsSpan(0, at);
        var blanks = before[before.TrimEnd(" \t").Length..];
        var after = text.AsSpan(at);
        var blanksAfter = after[..^after.TrimStart(" \t").Length];
        if (blanks.Contains('\t') || blanksAfter.Contains('\t'))
        {
            throw Refuse(scalar, "a tab stands where a value is expected");
        }

        var isBehindColon = before[..^blanks.Length] is [.., ':'] && before[..^(blanks.Length + 1)].TrimEnd(" \t\n") is [.., ',' or '[' or '{'];
        if (isInFlow && (isBehindColon || after[blanksAfter.Length..].StartsWith(":", StringComparison.Ordinal)))
        {
            throw Refuse(scalar, "a key is missing before this ':'");
        }
    }

    private static bool HasSlashEscape(ReadOnlySpan<char> source)
    {
        for (var i = 0; i + 1 < source.Length; i++)
        {
            if (source[i] == '\\')
            {
                if (source[++i] == '/')
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static YamlException Refuse(ParsingEvent at, string message) => new(at.Start, at.End, message);
}
