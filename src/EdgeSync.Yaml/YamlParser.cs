using EdgeSync.Yaml.Syntax;

namespace EdgeSync.Yaml;

/// <summary>
/// Reads the nodes of one document. When strict, it reports anchors, tags, aliases and doubled keys, and goes on to find the next fault.
/// </summary>
internal sealed class YamlParser(string text, YamlFile file, bool isStrict)
{
    /// <summary>The root; null when the text has no document. False, with a fault, when the text is not YAML.</summary>
    public bool TryParse(out YamlNode? root)
    {
        root = null;
        try
        {
            root = ParseDocument();
            return true;
        }
        catch (YamlSyntaxException failure)
        {
            file.Fault(failure.Position, "", file.Rules.NotYaml(failure.Message));
            return false;
        }
    }

    private YamlNode? ParseDocument()
    {
        var reader = new YamlReader(text.StartsWith('\uFEFF') ? text[1..] : text, file.Name, file.Rules.MaxDepth, tooDeep: file.Rules.TooDeep);
        var root = reader.Read();
        if (file.Rules.RefusesDirectives && reader.Directive is { } directive)
        {
            throw new YamlSyntaxException(directive, "directives are not supported");
        }

        root = root is not null && isStrict ? Check(root, "") : root;

        if (reader.Rest is { } second)
        {
            file.Fault(second, "", file.Rules.SecondDocument);
        }

        return root;
    }

    // An alias, which is a fault, is read as nothing after that.
    private YamlNode Check(YamlNode node, string path)
    {
        if (node.IsMarked)
        {
            file.Fault(node.Position, path, node.Kind == YamlKind.Alias ? file.Rules.AliasUsed : file.Rules.AnchorOrTagUsed);
        }

        for (var i = 0; node.Kind == YamlKind.List && i < node.Items.Count; i++)
        {
            node.Items[i] = Check(node.Items[i], $"{path}[{i}]");
        }

        if (node.Kind == YamlKind.Section)
        {
            CheckEntries(node, path);
        }

        return node.Kind == YamlKind.Alias ? new YamlNode(YamlKind.Scalar, file.Name) { Position = node.Position, End = node.End, IsPlain = true, IsMarked = true } : node;
    }

    private void CheckEntries(YamlNode section, string path)
    {
        var entries = section.Entries.ToList();
        section.Entries.Clear();
        foreach (var entry in entries)
        {
            var key = Check(entry.Key, path);
            var full = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            var value = Check(entry.Value, full);
            if (key.Kind != YamlKind.Scalar)
            {
                file.Fault(key, path, file.Rules.KeyIsNoWord);
            }
            else if (section.Find(key.Value) is { } first)
            {
                file.Fault(key, full, file.Rules.Twice(key, first.Key));
            }
            else
            {
                section.Entries.Add(new YamlEntry(key, value));
            }
        }
    }
}
