using EdgeSync.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Builds the nodes of one YAML document from parser events; anchors live and die with the document.</summary>
internal sealed class YamlComposer(ManifestDocument document, ManifestReaderOptions options)
{
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly Parser _parser = new(new StringReader(document.Text));
    private readonly YamlDialect _dialect = new(document.Text);
    private int _depth;
    private int _flowDepth;

    /// <summary>The root, or null if the document is empty. Throws <see cref="YamlException"/> for what is no YAML.</summary>
    public YamlNode? Compose()
    {
        try
        {
            return ComposeDocument();
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or EndOfStreamException)
        {
            // The parser answers some broken input with these instead of its own exception.
            var at = _parser.Current;
            throw new YamlException(at?.Start ?? Mark.Empty, at?.End ?? Mark.Empty, "this is not valid YAML (near here)", failure);
        }
    }

    private YamlNode? ComposeDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out var empty))
        {
            return HasOnlyComments()
                ? null
                : throw new YamlException(empty.Start, empty.End, "the document has a marker or a tab, but no content");
        }

        var start = _parser.Consume<DocumentStart>();
        if (start.Version is not null || start.Tags is { Count: > 0 } && !start.IsImplicit && HasOwnTags(start))
        {
            throw new YamlException(start.Start, start.End, "YAML directives are not supported");
        }

        var root = ComposeNode();
        if (root is YamlNode.Scalar && _parser.Current is { } afterScalar)
        {
            throw new YamlException(start.Start, afterScalar.End, "the document is a single value; a Kubernetes object is a map");
        }

        _dialect.CheckLastLines(_parser.Consume<DocumentEnd>());
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            var rest = _parser.Current;
            throw new YamlException(
                rest?.Start ?? Mark.Empty, rest?.End ?? Mark.Empty, "Kubernetes drops what follows here; begin a new document with a line '---'");
        }

        return root;
    }

    private bool HasOnlyComments() =>
        document.Text.Split('\n').All(line => line.AsSpan().Trim(' ') is [] or ['#', ..]);

    private static bool HasOwnTags(DocumentStart start) => start.Tags!.Any(tag => tag.Handle is not ("!" or "!!"));

    private YamlNode ComposeNode()
    {
        if (_parser.Current is null && !_parser.MoveNext())
        {
            throw new YamlException(Mark.Empty, Mark.Empty, "the document ends too early");
        }

        _dialect.CheckNode(_parser.Current!, _flowDepth > 0);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            var name = alias.Value.Value;
            YamlDialect.CheckAnchor(alias, name);
            return _anchors.TryGetValue(name, out var target)
                ? new YamlNode.Alias(PositionOf(alias), name, target)
                : throw new YamlException(alias.Start, alias.End, $"the anchor '{name}' is not defined in this document");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            _dialect.CheckScalar(scalar, _flowDepth > 0);
            return Register(scalar, new YamlNode.Scalar(PositionOf(scalar), scalar.Value, ScalarTag(scalar), scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true }));
        }

        if (++_depth > options.MaxDepth)
        {
            var at = _parser.Current!;
            throw new YamlException(at.Start, at.End, $"maps and lists are nested more than {options.MaxDepth} deep");
        }

        YamlNode node = _parser.TryConsume<SequenceStart>(out var sequence) ? ComposeSequence(sequence) : ComposeMapping(_parser.Consume<MappingStart>());
        _depth--;
        return node;
    }

    private YamlNode.Sequence ComposeSequence(SequenceStart start)
    {
        CheckCollectionTag(start, "seq");
        var node = Register(start, new YamlNode.Sequence(PositionOf(start)));
        var flow = start.Style == SequenceStyle.Flow ? 1 : 0;
        _flowDepth += flow;
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            node.Items.Add(ComposeNode());
        }

        _flowDepth -= flow;
        _dialect.CheckEnd(_parser.Consume<SequenceEnd>(), flow + _flowDepth > 1);

        return node;
    }

    private YamlNode.Mapping ComposeMapping(MappingStart start)
    {
        CheckCollectionTag(start, "map");
        var node = Register(start, new YamlNode.Mapping(PositionOf(start)));
        var flow = start.Style == MappingStyle.Flow ? 1 : 0;
        _flowDepth += flow;
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = ComposeNode();
            node.Entries.Add((key, ComposeNode()));
        }

        _flowDepth -= flow;
        _dialect.CheckEnd(_parser.Consume<MappingEnd>(), flow + _flowDepth > 1 && !_dialect.IsBarePair(start));

        return node;
    }

    private static string ScalarTag(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
        {
            return "";
        }

        var tag = scalar.Tag.IsNonSpecific ? "!" : scalar.Tag.Value;
        return tag.StartsWith(ScalarResolver.CoreTag, StringComparison.Ordinal)
            && tag[ScalarResolver.CoreTag.Length..] is "str" or "int" or "float" or "bool" or "null" or "binary"
            ? tag
            : throw new YamlException(scalar.Start, scalar.End, $"the tag '{tag}' is not supported");
    }

    private static void CheckCollectionTag(NodeEvent node, string expected)
    {
        if (!node.Tag.IsEmpty && (node.Tag.IsNonSpecific || node.Tag.Value != ScalarResolver.CoreTag + expected))
        {
            throw new YamlException(node.Start, node.End, "this tag is not supported on a map or list");
        }
    }

    private T Register<T>(NodeEvent source, T node)
        where T : YamlNode
    {
        if (!source.Anchor.IsEmpty)
        {
            YamlDialect.CheckAnchor(source, source.Anchor.Value);
            _anchors[source.Anchor.Value] = node;
        }

        return node;
    }

    private TextPosition PositionOf(ParsingEvent source) => document.InFile(source.Start.Line, source.Start.Column);
}
