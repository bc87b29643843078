using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Agent.Setup;

/// <summary>A piece of somebody else's YAML with the place where it stands, so that text can be put beside it without touching the rest.</summary>
internal sealed class YamlPiece
{
    private const int MaxDepth = 20;

    private YamlPiece(ParsingEvent start, string kind)
    {
        Line = (int)start.Start.Line - 1;
        Column = (int)start.Start.Column - 1;
        EndLine = (int)start.End.Line - 1;
        EndColumn = (int)start.End.Column - 1;
        Kind = kind;
    }

    /// <summary>Counted from 0, as the columns.</summary>
    public int Line { get; }

    public int Column { get; }

    public int EndLine { get; }

    public int EndColumn { get; }

    /// <summary><c>scalar</c>, <c>list</c>, <c>section</c> or <c>alias</c>.</summary>
    public string Kind { get; }

    /// <summary>Written with brackets instead of lines.</summary>
    public bool IsFlow { get; private init; }

    /// <summary>Carries an anchor or a tag.</summary>
    public bool IsMarked { get; private init; }

    public string Value { get; private init; } = "";

    public bool IsNull { get; private init; }

    public List<YamlPiece> Items { get; } = [];

    public List<(YamlPiece Key, YamlPiece Value)> Entries { get; } = [];

    public YamlPiece? this[string key] => Entries.FirstOrDefault(entry => entry.Key.Value == key).Value;

    /// <summary>The root of the text's one document; null when it has none. Throws <see cref="YamlException"/>.</summary>
    public static YamlPiece? Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            return ParseDocument(parser);
        }
        catch (InvalidOperationException failure)
        {
            // The scanner of YamlDotNet 16 ends so on some malformed plain scalars.
            var last = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(last, last, "malformed text after this place", failure);
        }
    }

    private static YamlPiece? ParseDocument(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var root = Read(parser, 0);
        parser.Consume<DocumentEnd>();
        return parser.Accept<DocumentStart>(out var second)
            ? throw new SemanticErrorException(second.Start, second.End, "there is a second document")
            : root;
    }

    /// <summary>What it says, without how it is written: equal for equal content.</summary>
    public string Content() => Kind switch
    {
        "list" => $"[{string.Join(',', Items.Select(item => item.Content()))}]",
        "section" => $"{{{string.Join(',', Entries.Select(entry => $"{entry.Key.Content()}:{entry.Value.Content()}"))}}}",
        _ => IsNull ? "null" : $"{Kind} {Value.Length} {Value}",
    };

    private static YamlPiece Read(Parser parser, int depth)
    {
        var at = parser.Consume<ParsingEvent>();
        if (depth > MaxDepth)
        {
            throw new SemanticErrorException(at.Start, at.End, "nested too deeply");
        }

        var isMarked = at is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty);
        switch (at)
        {
            case Scalar scalar:
                var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
                return new YamlPiece(at, "scalar") { Value = scalar.Value, IsNull = isNull, IsMarked = isMarked };
            case SequenceStart list:
                var sequence = new YamlPiece(at, "list") { IsFlow = list.Style == SequenceStyle.Flow, IsMarked = isMarked };
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    sequence.Items.Add(Read(parser, depth + 1));
                }

                return sequence;
            case MappingStart section:
                var mapping = new YamlPiece(at, "section") { IsFlow = section.Style == MappingStyle.Flow, IsMarked = isMarked };
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Read(parser, depth + 1);
                    mapping.Entries.Add((key, Read(parser, depth + 1)));
                }

                return mapping;
            default:
                return new YamlPiece(at, "alias") { IsMarked = true };
        }
    }
}
