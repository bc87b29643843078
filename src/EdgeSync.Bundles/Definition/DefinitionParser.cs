using System.Text;
using EdgeSync.Kubernetes.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Bundles.Definition;

/// <summary>
/// Parses <c>bundle.yaml</c> into nodes with positions. Of YAML it takes maps, lists and texts; anchors, tags, directives and a second document are
/// refused, so that what a person reads is what is there.
/// </summary>
internal sealed class DefinitionParser
{
    private const int MaxSize = 1024 * 1024;
    private const int MaxDepth = 20;

    private readonly Parser _parser;
    private readonly DefinitionFaults _faults;
    private int _depth;

    private DefinitionParser(string text, DefinitionFaults faults)
    {
        _parser = new Parser(new StringReader(text));
        _faults = faults;
    }

    /// <summary>The root, or null where the file is no YAML or empty; why is in the faults.</summary>
    public static DefinitionNode? Parse(ReadOnlySpan<byte> utf8, DefinitionFaults faults)
    {
        if (utf8.Length > MaxSize)
        {
            faults.Add(new TextPosition(1, 1), $"the file has more than {MaxSize} bytes");
            return null;
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
            return new DefinitionParser(text.TrimStart('\uFEFF'), faults).ParseDocument();
        }
        catch (DecoderFallbackException failure)
        {
            var line = utf8[..failure.Index].Count((byte)'\n') + 1;
            faults.Add(new TextPosition(line, 1), "the file is not valid UTF-8");
        }
        catch (YamlException failure)
        {
            faults.Add(PositionOf(failure.Start), failure.Message.Split('\n', 2)[0]);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // The parser answers some broken input with these in place of its own exception.
            faults.Add(new TextPosition(1, 1), "the file is not valid YAML");
        }

        return null;
    }

    private DefinitionNode? ParseDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            _faults.Add(new TextPosition(1, 1), "the file is empty");
            return null;
        }

        var start = _parser.Consume<DocumentStart>();
        if (start.Version is not null || start.Tags is { Count: > 0 } && !start.IsImplicit && start.Tags.Any(tag => tag.Handle is not ("!" or "!!")))
        {
            throw new YamlException(start.Start, start.End, "directives are not supported");
        }

        var root = ParseNode();
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            throw new YamlException(second.Start, second.End, "the file has a second document; put manifests into files of their own");
        }

        return root;
    }

    private DefinitionNode ParseNode()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            throw new YamlException(alias.Start, alias.End, "anchors and aliases are not supported here");
        }

        if (_parser.Accept<NodeEvent>(out var node) && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            throw new YamlException(node.Start, node.End, "anchors and tags are not supported here");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return new DefinitionNode.Text(PositionOf(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
        }

        if (++_depth > MaxDepth)
        {
            throw new YamlException(node?.Start ?? Mark.Empty, node?.End ?? Mark.Empty, $"maps and lists are nested more than {MaxDepth} deep");
        }

        DefinitionNode parsed = _parser.TryConsume<SequenceStart>(out var list) ? ParseList(list) : ParseMap(_parser.Consume<MappingStart>());
        _depth--;
        return parsed;
    }

    private DefinitionNode.List ParseList(SequenceStart start)
    {
        var items = new List<DefinitionNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ParseNode());
        }

        return new DefinitionNode.List(PositionOf(start.Start), items);
    }

    private DefinitionNode.Map ParseMap(MappingStart start)
    {
        var entries = new Dictionary<string, DefinitionNode.Entry>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ParseNode();
            var entry = new DefinitionNode.Entry(key.Position, ParseNode());
            if (key is not DefinitionNode.Text name)
            {
                _faults.Add(key.Position, "a key must be a word");
            }
            else if (!entries.TryAdd(name.Value, entry))
            {
                _faults.Add(key.Position, $"the key '{name.Value}' stands twice (first in line {entries[name.Value].KeyPosition.Line})");
            }
        }

        return new DefinitionNode.Map(PositionOf(start.Start), entries);
    }

    private static TextPosition PositionOf(Mark mark) => new(Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));
}
