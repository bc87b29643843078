using SharpYaml;
using SharpYaml.Events;

namespace EdgeSync.Yaml.Syntax;

/// <summary>
/// Reads one YAML document into nodes. SharpYaml's parser is a port of libyaml, as the one in Kubernetes is, and reads the same grammar of YAML 1.1
/// (docs/decisions/0040). What a scalar means is decided by who reads the nodes.
/// </summary>
public sealed class YamlReader
{
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly string _text;
    private readonly string _source;
    private readonly int _maxDepth;
    private readonly int _firstLine;
    private readonly string _tooDeep;
    private readonly IParser _parser;

    /// <param name="text">The document.</param>
    /// <param name="source">The name in the nodes.</param>
    /// <param name="maxDepth">How deep lists and maps may be nested.</param>
    /// <param name="firstLine">The line of the file that the text begins at.</param>
    /// <param name="tooDeep">The message for deeper ones.</param>
    public YamlReader(string text, string source, int maxDepth, int firstLine = 1, string? tooDeep = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        YamlCharacters.Check(text, firstLine);
        (_text, _source, _maxDepth, _firstLine) = (text, source, maxDepth, firstLine);
        _tooDeep = tooDeep ?? $"maps and lists are nested more than {maxDepth} deep";

        // The parser's own limit is never reached: ReadNode counts too, and its message says where.
        _parser = Parser.CreateParser(new StringReader(text), maxDepth * 2);
    }

    /// <summary>Where the text goes on after its first document; null when it does not.</summary>
    public TextPosition? Rest { get; private set; }

    /// <summary>Where a <c>%</c> directive is; null when there is none.</summary>
    public TextPosition? Directive { get; private set; }

    private ParsingEvent Current => _parser.Current!;

    /// <summary>The root; null when the text has no document. Throws <see cref="YamlSyntaxException"/>. Call it once.</summary>
    public YamlNode? Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (YamlException failure)
        {
            var (index, message) = SyntaxFaults.Find(_text, failure.Start.Index);
            throw new YamlSyntaxException(index == failure.Start.Index ? PositionOf(failure.Start) : PositionOf(index), message);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // The parser checks some things by exceptions of .NET alone: a '\U' that is no character.
            var last = _parser.Current?.End.Index ?? 0;
            var escape = last < _text.Length ? _text.IndexOf("\\U", last, StringComparison.Ordinal) : -1;
            throw new YamlSyntaxException(
                PositionOf(escape < 0 ? Math.Min(last, _text.Length) : escape),
                escape < 0 ? "the text cannot be read from here on" : "this escape is no character");
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (Current is not DocumentStart start)
        {
            return null;
        }

        if (!start.IsImplicit && start.Start.Index < _text.Length && _text[start.Start.Index] == '%')
        {
            Directive = PositionOf(start.Start);
        }

        _parser.MoveNext();
        var root = ReadNode(depth: 0);
        _parser.MoveNext();
        Rest = Current is StreamEnd ? null : PositionOf(Current.Start);
        return root;
    }

    // Reads the node at the current event and moves past its last one.
    private YamlNode ReadNode(int depth)
    {
        var parsed = Current;
        if (parsed is (SequenceStart or MappingStart) && depth >= _maxDepth)
        {
            throw new YamlSyntaxException(PositionOf(parsed.Start), _tooDeep);
        }

        var node = parsed switch
        {
            AnchorAlias alias => ReadAlias(alias),
            Scalar scalar => ReadScalar(scalar),
            SequenceStart sequence => Create(YamlKind.List, sequence, sequence.Style == YamlStyle.Flow),
            MappingStart mapping => Create(YamlKind.Section, mapping, mapping.Style == YamlStyle.Flow),
            _ => throw new YamlSyntaxException(PositionOf(parsed.Start), "a value is expected here"),
        };
        if (parsed is NodeEvent { Anchor: { Length: > 0 } anchor })
        {
            _anchors[anchor] = node;
        }

        _parser.MoveNext();
        switch (node.Kind)
        {
            case YamlKind.List:
                while (Current is not SequenceEnd)
                {
                    node.Items.Add(ReadNode(depth + 1));
                }

                _parser.MoveNext();
                break;
            case YamlKind.Section:
                while (Current is not MappingEnd)
                {
                    var key = ReadNode(depth + 1);
                    node.Entries.Add(new YamlEntry(key, ReadNode(depth + 1)));
                }

                _parser.MoveNext();
                break;
        }

        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias) => new(YamlKind.Alias, _source)
    {
        Position = PositionOf(alias.Start),
        End = PositionOf(alias.End),
        Value = alias.Value,
        IsMarked = true,
        Target = _anchors.TryGetValue(alias.Value, out var target)
            ? target
            : throw new YamlSyntaxException(PositionOf(alias.Start), $"the anchor '{alias.Value}' is not defined in this document"),
    };

    private YamlNode ReadScalar(Scalar scalar)
    {
        if (scalar.Style == ScalarStyle.DoubleQuoted && SyntaxFaults.FindEscape(_text, SyntaxFaults.FindQuotedText(_text, scalar.Start.Index)) is { } refused)
        {
            throw new YamlSyntaxException(PositionOf(refused.Index), refused.Message);
        }

        return new YamlNode(YamlKind.Scalar, _source)
        {
            Position = PositionOf(scalar.Start),
            End = PositionOf(scalar.End),
            Value = scalar.Value,
            IsPlain = scalar.Style == ScalarStyle.Plain,
            IsMarked = IsMarked(scalar),
            Tag = scalar.Tag ?? "",
        };
    }

    private YamlNode Create(YamlKind kind, NodeEvent start, bool isFlow) => new(kind, _source)
    {
        Position = PositionOf(start.Start),
        End = PositionOf(start.End),
        IsFlow = isFlow,
        IsMarked = IsMarked(start),
        Tag = start.Tag ?? "",
    };

    private static bool IsMarked(NodeEvent node) => node.Anchor is { Length: > 0 } || node.Tag is { Length: > 0 };

    private TextPosition PositionOf(int index)
    {
        var before = _text.AsSpan(0, index);
        return new TextPosition(before.Count('\n') + _firstLine, index - before.LastIndexOf('\n'));
    }

    private TextPosition PositionOf(Mark mark) => new(mark.Line + _firstLine, mark.Column + 1);
}
