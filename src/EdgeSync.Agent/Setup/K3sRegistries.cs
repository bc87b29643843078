using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using YamlDotNet.Core;

namespace EdgeSync.Agent.Setup;

/// <summary>
/// Puts EdgeSync's mirror first in k3s's <c>registries.yaml</c>, for every registry (<c>"*"</c>) and for those that the file names, as those go
/// before <c>"*"</c>. Nothing else of the file changes, not a comment, not the order; k3s still asks the other endpoints and the registry
/// itself when the mirror has not what is wanted.
/// </summary>
internal sealed class K3sRegistries
{
    /// <summary>Marks the lines that are ours, so that a change of the port replaces them.</summary>
    private const string Mark = "# edgesync";

    private const string Everything = "*";

    private readonly string _path;
    private readonly string _mirror;
    private readonly string _text;
    private readonly LineEdits _edits;

    private K3sRegistries(string path, string text, Uri mirror)
    {
        _path = path;
        _mirror = mirror.GetLeftPart(UriPartial.Authority);
        _text = text;
        _edits = new LineEdits(text);
    }

    /// <summary>
    /// The new text of the file; the same when nothing is to do. Throws <see cref="AgentException"/> that names what cannot be merged safely.
    /// </summary>
    public static string Edit(string path, string text, Uri mirror) => new K3sRegistries(path, text, mirror).Edit();

    private string Edit()
    {
        var before = Parse(_text, "cannot be read");
        switch (before)
        {
            case null or { IsNull: true }:
                _edits.Append(["mirrors:", .. Entry("  ")]);
                break;
            case { Kind: "section", IsFlow: false, IsMarked: false }:
                EditRoot(before);
                break;
            default:
                throw Refuse(before, "the file is not written as lines of 'key:'");
        }

        var text = _edits.ToString();
        Check(before, Parse(text, "would not be readable after the change"));
        return text;
    }

    private void EditRoot(YamlPiece root)
    {
        var found = root.Entries.Where(entry => entry.Key.Value == "mirrors").ToList();
        if (found.Count == 0)
        {
            if (root.Column != 0 || _text.Contains("\n...", StringComparison.Ordinal))
            {
                throw Refuse(root, "the end of the document is marked or the keys are indented");
            }

            _edits.Append(["mirrors:", .. Entry("  ")]);
            return;
        }

        var (key, mirrors) = found[0];
        if (found.Count > 1 || mirrors.IsMarked || mirrors.Entries.Exists(entry => entry.Key.Kind != "scalar" || entry.Key.Value == "<<"))
        {
            throw Refuse(mirrors, "'mirrors' stands twice or uses anchors, tags or merge keys");
        }

        foreach (var (registry, settings) in mirrors.Entries)
        {
            EditRegistry(registry, settings);
        }

        if (mirrors[Everything] is null)
        {
            AddTo(key, mirrors, $"\"{Everything}\": {{endpoint: [\"{_mirror}\"]}}", Entry);
        }
    }

    private void EditRegistry(YamlPiece registry, YamlPiece settings)
    {
        if (settings.IsMarked || settings.Entries.Exists(entry => entry.Key.Kind != "scalar" || entry.Key.Value == "<<"))
        {
            throw Refuse(settings, $"'{registry.Value}' uses anchors, tags or merge keys");
        }

        if (settings["rewrite"] is { IsNull: false } rewrite)
        {
            throw Refuse(rewrite, $"the 'rewrite' of '{registry.Value}' would also change what EdgeSync's mirror is asked for");
        }

        var (key, endpoints) = settings.Entries.Find(entry => entry.Key.Value == "endpoint");
        if (endpoints is null)
        {
            AddTo(registry, settings, $"endpoint: [\"{_mirror}\"]", Endpoints);
            return;
        }

        if (endpoints.IsMarked || endpoints is { Kind: not "list", IsNull: false })
        {
            throw Refuse(endpoints, $"'endpoint' of '{registry.Value}' is no plain list");
        }

        var ours = endpoints.Items.FindIndex(item => item.Value.TrimEnd('/') == _mirror);
        var old = endpoints.Items.FindIndex(item => item.Line == item.EndLine && _edits[item.Line].TrimEnd().EndsWith(Mark, StringComparison.Ordinal));
        if (ours > 0)
        {
            throw Refuse(endpoints, $"'{registry.Value}' has EdgeSync's mirror, but not as its first endpoint");
        }

        if (ours < 0 && old == 0)
        {
            var item = endpoints.Items[old];
            _edits.Replace(item.Line, item.Column, item.EndColumn - item.Column, $"\"{_mirror}\"");
        }
        else if (ours < 0)
        {
            AddTo(key, endpoints, $"\"{_mirror}\"", indent => [Item(indent)]);
        }
    }

    /// <summary>Puts something first into what stands under a key, in the style that is there.</summary>
    private void AddTo(YamlPiece key, YamlPiece value, string flow, Func<string, IEnumerable<string>> block)
    {
        if (value.IsFlow)
        {
            var separator = value.Items.Count + value.Entries.Count > 0 ? ", " : "";
            _edits.Replace(value.Line, value.Column + 1, 0, flow + separator);
            return;
        }

        var isEmpty = value.IsNull;
        if (value.Kind == "scalar" && !isEmpty || !isEmpty && value.Line <= key.EndLine)
        {
            throw Refuse(value, $"'{key.Value}' is not written as lines below it");
        }

        if (isEmpty && value.EndColumn > value.Column && value.Line == key.Line)
        {
            // '~' or 'null' must go, or it would stand beside the lines below.
            _edits.Replace(value.Line, value.Column, value.EndColumn - value.Column, "");
        }

        _edits.AddBelow(key.EndLine, block(new string(' ', isEmpty ? key.Column + 2 : value.Column)));
    }

    private IEnumerable<string> Entry(string indent) => [$"{indent}\"{Everything}\":", .. Endpoints(indent + "  ")];

    private IEnumerable<string> Endpoints(string indent) => [$"{indent}endpoint:", Item(indent + "  ")];

    private string Item(string indent) => $"{indent}- \"{_mirror}\" {Mark}";

    /// <summary>Looks at the result as k3s will: our endpoint is first everywhere, and all else says what it said.</summary>
    private void Check(YamlPiece? before, YamlPiece? after)
    {
        var (was, now) = (Others(before, "mirrors"), Others(after, "mirrors"));
        var mirrors = after?["mirrors"];
        var isRight = was == now && mirrors?[Everything] is not null;
        foreach (var (registry, settings) in mirrors?.Entries ?? [])
        {
            var old = before?["mirrors"]?[registry.Value];
            var endpoints = settings["endpoint"]?.Items ?? [];
            var rest = endpoints.Skip(1).Select(item => item.Value);
            var expected = old?["endpoint"]?.Items.Select(item => item.Value) ?? [];
            isRight &= endpoints.Count > 0 && endpoints[0].Value.TrimEnd('/') == _mirror
                && Others(settings, "endpoint") == Others(old, "endpoint")
                && (rest.SequenceEqual(expected) || rest.SequenceEqual(expected.Skip(1)));
        }

        if (!isRight || (before?["mirrors"]?.Entries.Count ?? 0) > mirrors!.Entries.Count)
        {
            throw Refuse(before, "the change would say more than it should");
        }
    }

    private static string Others(YamlPiece? section, string key) => string.Join(
        ',', section?.Entries.Where(entry => entry.Key.Value != key).Select(entry => $"{entry.Key.Content()}:{entry.Value.Content()}") ?? []);

    private YamlPiece? Parse(string text, string problem)
    {
        try
        {
            return YamlPiece.Parse(text);
        }
        catch (YamlException failure)
        {
            throw new AgentException("SetupCannotMerge", $"'{_path}' {problem}: line {failure.Start.Line}: {failure.Message}", failure)
            {
                Subject = _path,
                ExitCode = ExitCodes.BadInput,
            };
        }
    }

    private AgentException Refuse(YamlPiece? at, string why) => new(
        "SetupCannotMerge", $"'{_path}' line {(at?.Line ?? 0) + 1}: {why}, so it was left as it is")
    {
        Subject = _path,
        ExitCode = ExitCodes.BadInput,
        Hint = $"Put the endpoint \"{_mirror}\" first under each registry of 'mirrors', and under \"*\", by hand.",
    };
}
