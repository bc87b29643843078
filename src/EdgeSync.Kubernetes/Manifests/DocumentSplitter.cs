using System.Buffers;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// Splits a file into documents as Kubernetes does before it parses: at every line that begins with <c>---</c>, also inside a block scalar.
/// </summary>
internal static class DocumentSplitter
{
    private const string Separator = "---";

    // They end a comment for YAML, and no line for Kubernetes.
    private static readonly SearchValues<char> OtherLineEnds = SearchValues.Create("\r\u0085\u2028\u2029");

    public static List<ManifestDocument> Split(string text, FaultList faults)
    {
        var documents = new List<ManifestDocument>();
        int line = 1, start = 0, startLine = 1, at = 0;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            if (text.AsSpan(at).StartsWith(Separator, StringComparison.Ordinal))
            {
                CheckSeparator(text.AsSpan(at + Separator.Length, end - at - Separator.Length), line, faults);
                Add(text[start..at], startLine);
                start = end;
                startLine = line + 1;
            }

            at = end;
            line++;
        }

        Add(text[start..], startLine);
        return documents;

        void Add(string content, int firstLine)
        {
            if (!content.AsSpan().ContainsAnyExcept(" \r\n"))
            {
                return;
            }

            var hasMark = content[0] == ManifestText.ByteOrderMark;
            content = hasMark ? content[1..] : content;
            documents.Add(new ManifestDocument(Normalize(content), firstLine) { IsYaml = hasMark });
        }
    }

    // CR and LF become a line feed, and the last line gets one, as Kubernetes' line reader does. The YAML reader knows a CR of its own.
    private static string Normalize(string content)
    {
        var lines = content.Replace("\r\n", "\n", StringComparison.Ordinal);
        return lines is [.., '\n'] ? lines : lines + "\n";
    }

    private static void CheckSeparator(ReadOnlySpan<char> rest, int line, FaultList faults)
    {
        var isComment = rest.StartsWith(" #", StringComparison.Ordinal) || rest.StartsWith("\t#", StringComparison.Ordinal);
        var trimmed = rest.TrimStart(" \t\r\n");
        var endsEarly = rest.TrimEnd("\r\n").ContainsAny(OtherLineEnds);
        if (!trimmed.IsEmpty && (endsEarly || (!isComment && !(trimmed[0] == '#' && rest[0] != '#'))))
        {
            faults.Add(new TextPosition(line, Separator.Length + 1), "text behind '---' is refused; put it on the next line");
        }
    }
}
