using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Agent.Configuration;

/// <summary>
/// Reads the YAML of a configuration file into nodes with positions. Only what a configuration needs: one document, no anchors, no tags, no
/// key twice.
/// </summary>
internal sealed class ConfigurationYaml
{
    private const int MaxDepth = 12;

    private readonly Parser _parser;
    private readonly string _file;
    private readonly List<ConfigurationFault> _faults;

    private ConfigurationYaml(string file, string text, List<ConfigurationFault> faults)
    {
        _parser = new Parser(new StringReader(text));
        _file = file;
        _faults = faults;
    }

    /// <summary>
    /// The root of the file, an empty one when it holds nothing, or null when it cannot be read as YAML at all. What is wrong is added to
    /// <paramref name="faults"/>.
    /// </summary>
    public static ConfigurationNode.Mapping? Read(string file, string text, List<ConfigurationFault> faults)
    {
        var reader = new ConfigurationYaml(file, text, faults);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException failure)
        {
            faults.Add(new ConfigurationFault($"{file}:{failure.Start.Line}:{failure.Start.Column}", "", $"this is not YAML: {failure.Message}"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // The scanner of YamlDotNet 16 ends so on some malformed plain scalars.
            var last = reader._parser.Current?.End ?? Mark.Empty;
            faults.Add(new ConfigurationFault($"{file}:{last.Line}:{last.Column}", "", "this is not YAML: malformed text after this place"));
            return null;
        }
    }

    private ConfigurationNode.Mapping? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return Empty();
        }

        var start = _parser.Current!;
        var root = ReadNode("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            Fault(second, "", "a second document: the configuration is one YAML document");
        }

        switch (root)
        {
            case ConfigurationNode.Mapping mapping:
                return mapping;
            case ConfigurationNode.Scalar { IsNull: true }:
                return Empty();
            default:
                Fault(start, "", $"the file holds {root.Kind}; write keys and values, 'KEY: VALUE'");
                return null;
        }
    }

    private ConfigurationNode.Mapping Empty() => new($"{_file}:1:1");

    private ConfigurationNode ReadNode(string key, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new SemanticErrorException(_parser.Current!.Start, _parser.Current.End, "nested too deeply");
        }

        if (_parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            Fault(node, key, "anchors and tags are not used in the configuration; write the value itself");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
            return new ConfigurationNode.Scalar(At(scalar), scalar.Value, isNull);
        }

        if (_parser.TryConsume<SequenceStart>(out var list))
        {
            var sequence = new ConfigurationNode.Sequence(At(list));
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                sequence.Items.Add(ReadNode($"{key}[{sequence.Items.Count}]", depth + 1));
            }

            return sequence;
        }

        if (_parser.TryConsume<MappingStart>(out var start))
        {
            return ReadMapping(start, key, depth);
        }

        var other = _parser.Consume<ParsingEvent>();
        Fault(other, key, "aliases are not used in the configuration; write the value itself");
        return new ConfigurationNode.Scalar(At(other), "", isNull: true);
    }

    private ConfigurationNode.Mapping ReadMapping(MappingStart start, string path, int depth)
    {
        var mapping = new ConfigurationNode.Mapping(At(start));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var name))
            {
                throw new SemanticErrorException(_parser.Current!.Start, _parser.Current.End, "a key must be a single word");
            }

            var key = path.Length == 0 ? name.Value : $"{path}.{name.Value}";
            var value = ReadNode(key, depth + 1);
            if (mapping.Find(name.Value) is { } first)
            {
                Fault(name, key, $"stands twice; the first is at {first.Where}; remove one");
            }
            else
            {
                mapping.Entries.Add(new ConfigurationNode.Entry(name.Value, At(name), FromEnvironment: false, value));
            }
        }

        return mapping;
    }

    private void Fault(ParsingEvent at, string key, string problem) => _faults.Add(new ConfigurationFault(At(at), key, problem));

    private string At(ParsingEvent token) => $"{_file}:{token.Start.Line}:{token.Start.Column}";
}
