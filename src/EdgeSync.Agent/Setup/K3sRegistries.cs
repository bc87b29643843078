using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Setup;

/// <summary>
/// Puts EdgeSync's mirror first in k3s's <c>registries.yaml</c>, for every registry (<c>"*"</c>) and for each that the file names, because k3s prefers
/// those to <c>"*"</c>. Comments, order and everything else in the file stay as they are. k3s still asks the other endpoints and the registry
/// itself when the mirror does not have an image.
/// </summary>
internal sealed class K3sRegistries
{
    /// <summary>Marks the lines that setup wrote, so that a change of the port replaces them.</summary>
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
    /// The new text of the file; the same text when there is nothing to do. Throws <see cref="AgentException"/> that names what cannot be merged safely.
    /// </summary>
    public static string Edit(string path, string text, Uri mirror) => new K3sRegistries(path, text, mirror).Edit();

    /// <summary>
    /// The text of the file without the mirror; the same text when it is not there. What is left of an entry that setup made goes too. Throws
    /// <see cref="AgentException"/> that names what cannot be changed safely.
    /// </summary>
    public static string Remove(string path, string text, Uri mirror) => new K3sRegistries(path, text, mirror).Remove();

    private string Remove()
    {
        var before = Parse(_text, "cannot be read");
        if (before is not { Kind: YamlKind.Section } || before.Entries.Find(entry => entry.Key.Value == "mirrors") is not var (key, mirrors, _))
        {
            return _text;
        }

        var left = mirrors.Entries.Count(entry => !RemoveFrom(entry.Key, entry.Value));
        if (left == 0 && !_edits.IsEmpty && !mirrors.IsFlow)
        {
            _edits.Remove(Line(key), EndLine(key));
        }

        var text = _edits.ToString();
        var after = Parse(text, "would not be readable after the change");
        return Others(before, "mirrors") == Others(after, "mirrors") && after?["mirrors"]?.Entries.Exists(entry => Endpoint(entry.Value) is not null) != true
            ? text
            : throw Refuse(mirrors, "the mirror cannot be taken out safely");
    }

    // True where the whole entry goes.
    private bool RemoveFrom(YamlNode registry, YamlNode settings)
    {
        if (Endpoint(settings) is not { } ours || settings.Entries.Find(entry => entry.Key.Value == "endpoint") is not var (key, endpoints, _))
        {
            return false;
        }

        if (endpoints.IsFlow)
        {
            var next = endpoints.Items.SkipWhile(item => item != ours).Skip(1).FirstOrDefault();
            var end = next is not null && Line(next) == Line(ours) ? Column(next) : ours.End.Column - 1;
            _edits.Replace(Line(ours), Column(ours), end - Column(ours), "");
            return false;
        }

        if (endpoints.Items.Count > 1)
        {
            _edits.Remove(Line(ours), EndLine(ours));
            return false;
        }

        var isAll = settings.Entries.Count == 1 && !settings.IsFlow;
        _edits.Remove(isAll ? Line(registry) : Line(key), EndLine(ours));
        return isAll;
    }

    private YamlNode? Endpoint(YamlNode settings) => settings["endpoint"]?.Items.Find(item => item.Value.TrimEnd('/') == _mirror);

    private string Edit()
    {
        var before = Parse(_text, "cannot be read");
        switch (before)
        {
            case null or { IsNull: true }:
                _edits.Append(["mirrors:", .. Entry("  ")]);
                break;
            case { Kind: YamlKind.Section, IsFlow: false, IsMarked: false }:
                EditRoot(before);
                break;
            default:
                throw Refuse(before, "the file is not written as lines of 'key:'");
        }

        var text = _edits.ToString();
        Check(before, Parse(text, "would not be readable after the change"));
        return text;
    }

    private void EditRoot(YamlNode root)
    {
        var found = root.Entries.Where(entry => entry.Key.Value == "mirrors").ToList();
        if (found.Count == 0)
        {
            if (root.Position?.Column != 1 || _text.Contains("\n...", StringComparison.Ordinal))
            {
                throw Refuse(root, "the end of the document is marked or the keys are indented");
            }

            _edits.Append(["mirrors:", .. Entry("  ")]);
            return;
        }

        var (key, mirrors, _) = found[0];
        if (found.Count > 1 || mirrors.IsMarked || HasSpecialKeys(mirrors))
        {
            throw Refuse(mirrors, "'mirrors' appears twice or uses anchors, tags or merge keys");
        }

        foreach (var (registry, settings, _) in mirrors.Entries)
        {
            EditRegistry(registry, settings);
        }

        if (mirrors[Everything] is null)
        {
            AddTo(key, mirrors, $"\"{Everything}\": {{endpoint: [\"{_mirror}\"]}}", Entry);
        }
    }

    private void EditRegistry(YamlNode registry, YamlNode settings)
    {
        if (settings.IsMarked || HasSpecialKeys(settings))
        {
            throw Refuse(settings, $"'{registry.Value}' uses anchors, tags or merge keys");
        }

        if (settings["rewrite"] is { IsNull: false } rewrite)
        {
            throw Refuse(rewrite, $"the 'rewrite' of '{registry.Value}' would also change what EdgeSync's mirror is asked for");
        }

        if (settings.Entries.Find(entry => entry.Key.Value == "endpoint") is not var (key, endpoints, _))
        {
            AddTo(registry, settings, $"endpoint: [\"{_mirror}\"]", Endpoints);
            return;
        }

        if (endpoints.IsMarked || endpoints is { Kind: not YamlKind.List, IsNull: false })
        {
            throw Refuse(endpoints, $"'endpoint' of '{registry.Value}' is no plain list");
        }

        var ours = endpoints.Items.FindIndex(item => item.Value.TrimEnd('/') == _mirror);
        var old = endpoints.Items.FindIndex(item => Line(item) == EndLine(item) && _edits[Line(item)].TrimEnd().EndsWith(Mark, StringComparison.Ordinal));
        if (ours > 0)
        {
            throw Refuse(endpoints, $"'{registry.Value}' has EdgeSync's mirror, but not as its first endpoint");
        }

        if (ours < 0 && old == 0)
        {
            var item = endpoints.Items[old];
            Replace(item, $"\"{_mirror}\"");
        }
        else if (ours < 0)
        {
            AddTo(key, endpoints, $"\"{_mirror}\"", indent => [Item(indent)]);
        }
    }

    /// <summary>Adds the first item or entry below a key, in the style of the file.</summary>
    private void AddTo(YamlNode key, YamlNode value, string flow, Func<string, IEnumerable<string>> block)
    {
        if (value.IsFlow)
        {
            var separator = value.Items.Count + value.Entries.Count > 0 ? ", " : "";
            _edits.Replace(Line(value), Column(value) + 1, 0, flow + separator);
            return;
        }

        var isEmpty = value.IsNull;
        if (value.Kind == YamlKind.Scalar && !isEmpty || !isEmpty && Line(value) <= EndLine(key))
        {
            throw Refuse(value, $"'{key.Value}' is not written as lines below it");
        }

        if (isEmpty && value.Value.Length > 0 && Line(value) == Line(key))
        {
            // '~' or 'null' must go: with lines below it, the key would have two values.
            Replace(value, "");
        }

        _edits.AddBelow(EndLine(key), block(new string(' ', isEmpty ? Column(key) + 2 : Column(value))));
    }

    private IEnumerable<string> Entry(string indent) => [$"{indent}\"{Everything}\":", .. Endpoints(indent + "  ")];

    private IEnumerable<string> Endpoints(string indent) => [$"{indent}endpoint:", Item(indent + "  ")];

    private string Item(string indent) => $"{indent}- \"{_mirror}\" {Mark}";

    /// <summary>Reads the result as k3s does: EdgeSync's endpoint is first everywhere, and everything else is unchanged.</summary>
    private void Check(YamlNode? before, YamlNode? after)
    {
        var (was, now) = (Others(before, "mirrors"), Others(after, "mirrors"));
        var mirrors = after?["mirrors"];
        var isRight = was == now && mirrors?[Everything] is not null;
        foreach (var (registry, settings, _) in mirrors?.Entries ?? [])
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

    private static string Others(YamlNode? section, string key) => string.Join(
        ',', section?.Entries.Where(entry => entry.Key.Value != key).Select(entry => $"{entry.Key.Content()}:{entry.Value.Content()}") ?? []);

    private YamlNode? Parse(string text, string problem) => YamlNode.TryParse(text, out var root, out var fault)
        ? root
        : throw new AgentException("SetupCannotMerge", $"'{_path}' {problem}: line {fault!.Position?.Line}: {fault.Problem}")
        {
            Subject = _path,
            ExitCode = ExitCodes.BadInput,
        };

    private static bool HasSpecialKeys(YamlNode section) => section.Entries.Exists(entry => entry.Key.Kind != YamlKind.Scalar || entry.Key.Value == "<<");

    private void Replace(YamlNode scalar, string text) => _edits.Replace(Line(scalar), Column(scalar), scalar.End.Column - 1 - Column(scalar), text);

    // LineEdits counts from 0, YamlNode from 1.
    private static int Line(YamlNode node) => node.Position!.Value.Line - 1;

    private static int Column(YamlNode node) => node.Position!.Value.Column - 1;

    private static int EndLine(YamlNode node) => node.End.Line - 1;

    private AgentException Refuse(YamlNode? at, string why) => new(
        "SetupCannotMerge", $"'{_path}' line {at?.Position?.Line ?? 1}: {why}, so it was left as it is")
    {
        Subject = _path,
        ExitCode = ExitCodes.BadInput,
        Hint = $"Put the endpoint \"{_mirror}\" first under each registry of 'mirrors', and under \"*\", by hand.",
    };
}
