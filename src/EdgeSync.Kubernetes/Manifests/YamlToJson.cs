using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Turns YAML nodes into JSON: types, keys, merge keys and anchors as Kubernetes decides them.</summary>
internal sealed class YamlToJson(FaultList faults, ManifestReaderOptions options, Dictionary<string, TextPosition>? positions)
{
    private const string MergeKey = "<<";
    private readonly HashSet<YamlNode> _open = new(ReferenceEqualityComparer.Instance);
    private int _nodes;
    private int _aliasedNodes;
    private int _aliasDepth;

    /// <summary>The JSON of the whole document; faults are added, and their values come back as null.</summary>
    public JsonNode? Convert(YamlNode root) => Convert(root, "", 0);

    private JsonNode? Convert(YamlNode node, string pointer, int depth)
    {
        Count(node, depth);
        if (node.Kind != YamlKind.Alias)
        {
            positions?.TryAdd(pointer, PositionOf(node));
        }

        switch (node.Kind)
        {
            case YamlKind.Alias:
                return ConvertAlias(node, pointer, depth);
            case YamlKind.Scalar:
                return ConvertScalar(node);
            case YamlKind.List:
                CheckTag(node, "seq");
                _open.Add(node);
                var list = new JsonArray();
                for (var i = 0; i < node.Items.Count; i++)
                {
                    list.Add(Convert(node.Items[i], positions is null ? "" : $"{pointer}/{i}", depth + 1));
                }

                _open.Remove(node);
                return list;
            default:
                CheckTag(node, "map");
                _open.Add(node);
                var map = ConvertMapping(node, pointer, depth);
                _open.Remove(node);
                return map;
        }
    }

    private JsonNode? ConvertAlias(YamlNode alias, string pointer, int depth)
    {
        if (_open.Contains(alias.Target!))
        {
            faults.Add(PositionOf(alias), $"the anchor '{alias.Value}' contains itself");
            return null;
        }

        positions?.TryAdd(pointer, PositionOf(alias));
        _aliasDepth++;
        var value = Convert(alias.Target!, pointer, depth);
        _aliasDepth--;
        return value;
    }

    private JsonValue? ConvertScalar(YamlNode scalar)
    {
        try
        {
            switch (ScalarResolver.Resolve(scalar))
            {
                case null: return null;
                case bool flag: return JsonValue.Create(flag);
                case long number: return JsonValue.Create(number);
                case ulong number: return JsonValue.Create(number);
                case double number when double.IsFinite(number): return JsonValue.Create(number);
                case string text: return JsonValue.Create(text);
                default: throw new FormatException($"'{scalar.Value}' is a number that JSON cannot hold; quote it if it is a text");
            }
        }
        catch (FormatException failure)
        {
            faults.Add(PositionOf(scalar), failure.Message);
            return null;
        }
    }

    private JsonObject ConvertMapping(YamlNode mapping, string pointer, int depth)
    {
        var result = new JsonObject();
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        var hasMerge = false;
        foreach (var (keyNode, valueNode, _) in mapping.Entries)
        {
            Count(keyNode, depth);
            if (keyNode is { Kind: YamlKind.Scalar, IsPlain: true, Tag: "", Value: MergeKey })
            {
                if (hasMerge)
                {
                    faults.Add(PositionOf(keyNode), "the key '<<' appears twice in this map; merge a list instead");
                }

                hasMerge = true;
                Merge(result, written, valueNode, pointer, depth);
            }
            else if (KeyOf(keyNode) is { } key)
            {
                if (!written.TryAdd(key, PositionOf(keyNode).Line))
                {
                    faults.Add(PositionOf(keyNode), $"the key '{key}'{Spelling(keyNode, key)} appears twice in this map (first in line {written[key]})");
                    continue;
                }

                var child = positions is null ? "" : $"{pointer}/{PositionMap.Escape(key)}";
                positions?.Remove(child);
                KeepKey(child, keyNode, valueNode);
                result[key] = Convert(valueNode, child, depth + 1);
            }
        }

        return result;
    }

    private void KeepKey(string child, YamlNode key, YamlNode value)
    {
        positions?.Remove(child + PositionMap.KeyMark);
        if (PositionOf(key).Line != PositionOf(value).Line)
        {
            positions?.Add(child + PositionMap.KeyMark, PositionOf(key));
        }
    }

    // A bare 'on' and a bare 'yes' are the same key, which their author does not expect.
    private static string Spelling(YamlNode node, string key) =>
        node is { Kind: YamlKind.Scalar, Value: var spelling } && spelling != key ? $" (written '{spelling}'; quote it if it is a text)" : "";

    // Kubernetes' library merges at the position of the key '<<', so that a merge behind a key replaces it; YAML says the key wins. Where the two
    // would differ it is refused.
    private void Merge(JsonObject result, Dictionary<string, int> written, YamlNode value, string pointer, int depth)
    {
        var sources = value.Kind == YamlKind.List ? Enumerable.Reverse(value.Items) : [value];
        foreach (var source in sources)
        {
            if ((source.Target ?? source).Kind != YamlKind.Section || Convert(source, pointer, depth + 1) is not JsonObject merged)
            {
                faults.Add(PositionOf(source), "only a map, or a list of maps, can be merged by '<<'");
                continue;
            }

            foreach (var (key, member) in merged.ToArray())
            {
                merged.Remove(key);
                if (written.ContainsKey(key))
                {
                    faults.Add(PositionOf(value), $"merging '{key}' behind a key of that name: YAML keeps the key, Kubernetes the merge; put '<<' first");
                }
                else
                {
                    result[key] = member;
                }
            }
        }
    }

    private string? KeyOf(YamlNode node)
    {
        var scalar = node.Target ?? node;
        if (scalar.Kind != YamlKind.Scalar)
        {
            faults.Add(PositionOf(node), "a map or a list cannot be a key (is this a template that was not rendered?)");
            return null;
        }

        try
        {
            return ScalarResolver.Resolve(scalar) switch
            {
                string text => text,
                bool flag => flag ? "true" : "false",
                long number => number.ToString(CultureInfo.InvariantCulture),
                // Kubernetes writes such a key as a 32-bit float; only where that is the plain decimal form do we follow.
                double number when Math.Abs(number) is >= 1e-3 and < 1e6 => ((float)number).ToString("R", CultureInfo.InvariantCulture),
                _ => throw new FormatException($"'{scalar.Value}' cannot be a key; quote it if it is a text"),
            };
        }
        catch (FormatException failure)
        {
            faults.Add(PositionOf(node), failure.Message);
            return null;
        }
    }

    // Kubernetes ignores such a tag, whatever it says.
    private void CheckTag(YamlNode node, string expected)
    {
        if (node.Tag.Length > 0 && node.Tag != ScalarResolver.CoreTag + expected)
        {
            faults.Add(PositionOf(node), $"the tag '{node.Tag}' is not supported on a map or list");
        }
    }

    private static TextPosition PositionOf(YamlNode node) => node.Position!.Value;

    // The same measure as Kubernetes' library: how much of the work is done for aliases. A little stricter, so that nothing passes here
    // that is refused there.
    private void Count(YamlNode node, int depth)
    {
        _nodes++;
        _aliasedNodes += _aliasDepth > 0 ? 1 : 0;
        if (depth > options.MaxDepth || _nodes > options.MaxNodes)
        {
            throw new DocumentTooLargeException(PositionOf(node), "the document is too deep or too large after its anchors are expanded");
        }

        const double FewNodes = 400_000, ManyNodes = 4_000_000;
        var allowed = 0.95 - (0.85 * Math.Clamp((_nodes - FewNodes) / (ManyNodes - FewNodes), 0, 1));
        if (_aliasedNodes > 100 && _nodes > 1000 && _aliasedNodes > allowed * _nodes)
        {
            throw new DocumentTooLargeException(PositionOf(node), "the document expands its anchors excessively");
        }
    }
}
