using System.Text.RegularExpressions;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Setup;

/// <summary>
/// Puts EdgeSync's mirror first in a <c>hosts.toml</c> of containerd. containerd asks the hosts in the order of the file and then the registry
/// itself (or <c>server</c>), so that everything that worked goes on working.
/// </summary>
internal static partial class ContainerdHosts
{
    private const string Mark = "# EdgeSync's mirror, written by 'edgesync setup'";

    /// <summary>
    /// The new text of the file; the same when nothing is to do. Throws <see cref="AgentException"/> that names what cannot be merged safely.
    /// </summary>
    public static string Edit(string path, string text, Uri mirror)
    {
        var header = $"[host.\"{mirror.GetLeftPart(UriPartial.Authority)}\"]";
        var edits = new LineEdits(text);
        var tables = Tables(path, text.Split('\n'));
        var hosts = tables.Where(table => HostTable().IsMatch(edits[table])).ToList();
        var ours = hosts.FindIndex(table => edits[table].Trim().TrimEnd('/').Replace("/\"]", "\"]", StringComparison.Ordinal) == header);
        if (ours == 0)
        {
            return text;
        }

        if (ours > 0)
        {
            throw Refuse(path, hosts[ours], "has EdgeSync's mirror, but not as its first host", header);
        }

        if (hosts.Count > 0 && hosts[0] > 0 && edits[hosts[0] - 1].Trim() == Mark)
        {
            edits.Replace(hosts[0], 0, edits[hosts[0]].Length, header);
            return edits.ToString();
        }

        string[] added = [Mark, header, "  capabilities = [\"pull\", \"resolve\"]"];
        if (tables.Count == 0)
        {
            edits.Append(text.Trim().Length > 0 ? ["", .. added] : added);
            return edits.ToString();
        }

        // Above the first table, and above the comment that belongs to it; what stands before any table stays before.
        var at = tables[0];
        while (at > 0 && edits[at - 1].TrimStart().StartsWith('#'))
        {
            at--;
        }

        edits.AddBelow(at - 1, [.. added, ""]);
        return edits.ToString();
    }

    /// <summary>The lines that begin a table. Reads just enough of TOML to know which lines those are, and refuses the rest.</summary>
    private static List<int> Tables(string path, string[] lines)
    {
        var tables = new List<int>();
        var depth = 0;
        for (var line = 0; line < lines.Length; line++)
        {
            var text = lines[line].Trim();
            if (text.Contains("\"\"\"", StringComparison.Ordinal) || text.Contains("'''", StringComparison.Ordinal))
            {
                throw Refuse(path, line, "has a text over several lines", header: null);
            }

            if (depth == 0 && text.StartsWith('['))
            {
                tables.Add(line);
                continue;
            }

            if (depth == 0 && tables.Count == 0 && RootHost().IsMatch(text))
            {
                throw Refuse(path, line, "writes its hosts in one line", header: null);
            }

            if (depth == 0 && text.Length > 0 && text[0] != '#' && !text.Contains('=', StringComparison.Ordinal))
            {
                throw Refuse(path, line, "is no TOML", header: null);
            }

            var bare = QuotedOrComment().Replace(text, "");
            depth += bare.Count(letter => letter is '[' or '{') - bare.Count(letter => letter is ']' or '}');
        }

        return depth == 0 ? tables : throw Refuse(path, lines.Length - 1, "ends within a list", header: null);
    }

    private static AgentException Refuse(string path, int line, string why, string? header) => new(
        "SetupCannotMerge", $"'{path}' line {line + 1}: {why}, so it was left as it is")
    {
        Subject = path,
        ExitCode = ExitCodes.BadInput,
        Hint = $"Put the table {header ?? "of EdgeSync's mirror"} above all other hosts by hand.",
    };

    [GeneratedRegex(@"^\s*\[\s*host\s*\.\s*(?:""[^""]*""|'[^']*')\s*\]\s*(?:#.*)?$")]
    private static partial Regex HostTable();

    [GeneratedRegex(@"^host\s*[.=]")]
    private static partial Regex RootHost();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""|'[^']*'|#.*$")]
    private static partial Regex QuotedOrComment();
}
