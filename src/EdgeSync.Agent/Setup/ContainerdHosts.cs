using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace EdgeSync.Agent.Setup;

/// <summary>
/// Puts EdgeSync's mirror first in a <c>hosts.toml</c> of containerd. containerd asks the hosts in the order of the file and then the registry
/// itself (or <c>server</c>), so everything that worked still works.
/// </summary>
internal static class ContainerdHosts
{
    private const string Mark = "# EdgeSync's mirror, written by 'edgesync setup'";

    /// <summary>
    /// The new text of the file; the same text when there is nothing to do. Throws <see cref="AgentException"/> that names what cannot be merged safely.
    /// </summary>
    public static string Edit(string path, string text, Uri mirror)
    {
        var authority = mirror.GetLeftPart(UriPartial.Authority);
        var header = $"[host.\"{authority}\"]";
        var document = Parse(path, text);
        var tables = document.Tables.Select(LineOf).ToList();
        var hosts = document.Tables.OfType<TableSyntax>().Where(table => HostOf(table) is not null).ToList();
        var ours = hosts.FindIndex(table => HostOf(table)!.TrimEnd('/') == authority);
        if (ours == 0)
        {
            return text;
        }

        if (ours > 0)
        {
            throw Refuse(path, LineOf(hosts[ours]), "has EdgeSync's mirror, but not as its first host", header);
        }

        var edits = new LineEdits(text);
        if (hosts.Count > 0 && LineOf(hosts[0]) is > 0 and var first && edits[first - 1].Trim() == Mark)
        {
            edits.Replace(first, 0, edits[first].Length, header);
            return edits.ToString();
        }

        string[] added = [Mark, header, "  capabilities = [\"pull\", \"resolve\"]"];
        if (tables.Count == 0)
        {
            edits.Append(text.Trim().Length > 0 ? ["", .. added] : added);
            return edits.ToString();
        }

        // Above the first table and the comment that belongs to it, and below the keys before any table.
        var at = tables[0];
        while (at > 0 && edits[at - 1].TrimStart().StartsWith('#'))
        {
            at--;
        }

        edits.AddBelow(at - 1, [.. added, ""]);
        return edits.ToString();
    }

    /// <summary>The text of the file without the mirror's table; the same text when it is not there.</summary>
    public static string Remove(string path, string text, Uri mirror)
    {
        var authority = mirror.GetLeftPart(UriPartial.Authority);
        var document = Parse(path, text);
        var tables = document.Tables.ToList();
        var at = tables.FindIndex(table => table is TableSyntax one && HostOf(one)?.TrimEnd('/') == authority);
        if (at < 0)
        {
            return text;
        }

        var edits = new LineEdits(text);
        var first = LineOf(tables[at]);
        first -= first > 0 && edits[first - 1].Trim() == Mark ? 1 : 0;
        var last = tables[at].Items.Select(item => item.Span.End.Line).DefaultIfEmpty(LineOf(tables[at])).Max();
        edits.Remove(first, edits[last + 1].Trim().Length == 0 ? last + 1 : last);
        return edits.ToString();
    }

    /// <summary>Whether containerd's own configuration has this folder in a <c>config_path</c>. False also when it is not TOML.</summary>
    public static bool IsConfigured(string configuration, string folder) =>
        SyntaxParser.Parse(configuration, validate: false) is { HasErrors: false } document
        && document.KeyValues.Concat(document.Tables.SelectMany(table => table.Items)).Any(setting =>
            TextOf(setting.Key?.DotKeys.LastOrDefault()?.Key ?? setting.Key?.Key) == "config_path"
            && setting.Value is StringValueSyntax { Value: { } paths }
            && paths.Split(':').Contains(folder));

    private static DocumentSyntax Parse(string path, string text)
    {
        var document = SyntaxParser.Parse(text, path);
        if (document.HasErrors)
        {
            throw Refuse(path, document.Diagnostics.First(fault => fault.Kind == DiagnosticMessageKind.Error).Span.Start.Line, "is no TOML", header: null);
        }

        foreach (var setting in document.KeyValues.Where(setting => TextOf(setting.Key?.Key) == "host"))
        {
            throw Refuse(path, setting.Span.Start.Line, "writes its hosts in one line", header: null);
        }

        foreach (var setting in document.KeyValues.Concat(document.Tables.SelectMany(table => table.Items)))
        {
            if (setting.Value is StringValueSyntax { Span: var span } && span.Start.Line != span.End.Line)
            {
                throw Refuse(path, span.Start.Line, "has a text over several lines", header: null);
            }
        }

        return document;
    }

    private static int LineOf(TableSyntaxBase table) => table.OpenBracket!.Span.Start.Line;

    private static string? HostOf(TableSyntax table) =>
        table.Name is { DotKeys.ChildrenCount: 1 } name && TextOf(name.Key) == "host" ? TextOf(name.DotKeys.First().Key) : null;

    private static string? TextOf(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text,
        StringValueSyntax quoted => quoted.Value,
        _ => null,
    };

    private static AgentException Refuse(string path, int line, string why, string? header) => new(
        "SetupCannotMerge", $"'{path}' line {line + 1}: {why}, so it was left as it is")
    {
        Subject = path,
        ExitCode = ExitCodes.BadInput,
        Hint = $"Put the table {header ?? "of EdgeSync's mirror"} above all other hosts by hand.",
    };
}
