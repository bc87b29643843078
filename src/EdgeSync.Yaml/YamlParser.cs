using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeSync.Yaml;

/// <summary>
/// Builds the nodes of one document from parser events. When strict, it reports anchors, tags, aliases and doubled keys, and goes on to find the next fault.
/// </summary>
internal sealed class YamlParser(string text, YamlFile file, bool isStrict)
{
    private readonly Parser _parser = new(new StringReader(text));
    private int _depth;

    /// <summary>The root; null when the text has no document. False, with a fault, when the text is not YAML.</summary>
    public bool TryParse(out YamlNode? root)
    {
        root = null;
        try
        {
            root = ParseDocument();
            return true;
        }
        catch (YamlException failure)
        {
            file.Fault(PositionOf(failure.Start), "", file.Rules.NotYaml(failure.Message.Split('\n', 2)[0]));
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or EndOfStreamException)
        {
            // YamlDotNet throws these for some malformed text instead of its own exception.
            file.Fault(PositionOf(_parser.Current?.End ?? Mark.Empty), "", file.Rules.NotYaml("malformed text after this place"));
        }

        return false;
    }

    private YamlNode? ParseDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        var start = _parser.Consume<DocumentStart>();
        if (file.Rules.RefusesDirectives && (start.Version is not null || start is { IsImplicit: false, Tags: { } tags } && tags.Any(tag => tag.Handle is not ("!" or "!!"))))
        {
            throw new SemanticErrorException(start.Start, start.End, "directives are not supported");
        }

        var root = ParseNode("");
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            file.Fault(PositionOf(second.Start), "", file.Rules.SecondDocument);
        }

        return root;
    }

    private YamlNode ParseNode(string path)
    {
        var at = _parser.Consume<ParsingEvent>();
        var isMarked = at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false };
        if (isMarked && isStrict)
        {
            file.Fault(PositionOf(at.Start), path, at is AnchorAlias ? file.Rules.AliasUsed : file.Rules.AnchorOrTagUsed);
        }

        switch (at)
        {
            case Scalar scalar:
                return Node(YamlKind.Scalar, at, isMarked, scalar.Value, isPlain: scalar.Style == ScalarStyle.Plain);
            case SequenceStart list:
                var sequence = Node(YamlKind.List, at, isMarked, isFlow: list.Style == SequenceStyle.Flow);
                Enter(at);
                while (!_parser.TryConsume<SequenceEnd>(out _))
                {
                    sequence.Items.Add(ParseNode($"{path}[{sequence.Items.Count}]"));
                }

                _depth--;
                return sequence;
            case MappingStart map:
                var section = Node(YamlKind.Section, at, isMarked, isFlow: map.Style == MappingStyle.Flow);
                Enter(at);
                while (!_parser.TryConsume<MappingEnd>(out _))
                {
                    ParseEntry(section, path);
                }

                _depth--;
                return section;
            default:
                return isStrict ? Node(YamlKind.Scalar, at, isMarked, isPlain: true) : Node(YamlKind.Alias, at, isMarked);
        }
    }

    private void ParseEntry(YamlNode section, string path)
    {
        var key = ParseNode(path);
        var full = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
        var value = ParseNode(full);
        if (!isStrict)
        {
            section.Entries.Add(new YamlEntry(key, value));
        }
        else if (key.Kind != YamlKind.Scalar)
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

    private void Enter(ParsingEvent at)
    {
        if (++_depth > file.Rules.MaxDepth)
        {
            throw new SemanticErrorException(at.Start, at.End, file.Rules.TooDeep);
        }
    }

    private YamlNode Node(YamlKind kind, ParsingEvent at, bool isMarked, string value = "", bool isPlain = false, bool isFlow = false) => new(kind, file.Name)
    {
        Position = PositionOf(at.Start),
        End = PositionOf(at.End),
        Value = value,
        IsPlain = isPlain,
        IsFlow = isFlow,
        IsMarked = isMarked,
    };

    private static TextPosition PositionOf(Mark mark) => new(Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));
}
