using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// A path into an object, as <c>kubectl wait --for=jsonpath=</c> takes it: <c>.status.phase</c>, <c>.status.nodes[0].name</c>,
/// <c>.metadata.annotations['example.com/done']</c>, <c>.status.shards[*].state</c>, <c>.status.conditions[?(@.type=="Synced")].status</c>. A <c>$</c> in front and
/// braces around it are allowed. It is the part of RFC 9535 without recursion, slices, functions and logical operators.
/// </summary>
public sealed class JsonPath
{
    /// <summary>The longest text of a path.</summary>
    public const int MaxLength = 500;

    private readonly IReadOnlyList<Step> _steps;
    private readonly string _text;

    private JsonPath(IReadOnlyList<Step> steps, string text)
    {
        _steps = steps;
        _text = text;
    }

    /// <summary>Reads a path; false with what is wrong for anything else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        path = null;
        if (text.Length > MaxLength)
        {
            problem = $"it has more than {MaxLength} characters";
            return false;
        }

        try
        {
            path = new JsonPath(new Parser(text).Read(), text);
            problem = "";
            return true;
        }
        catch (FormatException failure)
        {
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>The values at the path, in the order of the object; none where there is nothing. A null is no value.</summary>
    public IReadOnlyList<JsonNode> Find(JsonNode root)
    {
        IEnumerable<JsonNode> found = [root];
        foreach (var step in _steps)
        {
            found = found.SelectMany(step.From);
        }

        return [.. found];
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>A value as text: a string as it is, anything else as JSON.</summary>
    public static string TextOf(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    private abstract record Step
    {
        public abstract IEnumerable<JsonNode> From(JsonNode node);

        public sealed record Member(string Name) : Step
        {
            public override IEnumerable<JsonNode> From(JsonNode node) => node is JsonObject map && map[Name] is { } value ? [value] : [];
        }

        public sealed record Index(int Number) : Step
        {
            public override IEnumerable<JsonNode> From(JsonNode node) =>
                node is JsonArray list && (Number < 0 ? list.Count + Number : Number) is var at && at >= 0 && at < list.Count && list[at] is { } item ? [item] : [];
        }

        public sealed record All : Step
        {
            public override IEnumerable<JsonNode> From(JsonNode node) => node switch
            {
                JsonArray list => list.OfType<JsonNode>(),
                JsonObject map => map.Select(member => member.Value).OfType<JsonNode>(),
                _ => [],
            };
        }

        public sealed record Filter(IReadOnlyList<Step> Path, bool IsEqual, string? Value) : Step
        {
            public override IEnumerable<JsonNode> From(JsonNode node) => new All().From(node).Where(Holds);

            private bool Holds(JsonNode item)
            {
                IEnumerable<JsonNode> found = [item];
                foreach (var step in Path)
                {
                    found = found.SelectMany(step.From);
                }

                return Value is null ? found.Any() : found.Any(value => TextOf(value) == Value) == IsEqual;
            }
        }
    }

    private sealed class Parser(string text)
    {
        private const int MaxSteps = 32;
        private readonly int _end = text.StartsWith('{') && text.EndsWith('}') ? text.Length - 1 : text.Length;
        private int _at = text.StartsWith('{') && text.EndsWith('}') ? 1 : 0;

        public List<Step> Read()
        {
            Take("$");
            var steps = ReadSteps(allowFilter: true);
            return _at < _end ? throw Unexpected() : steps.Count == 0 ? throw new FormatException("it names no field; write it as in .status.phase") : steps;
        }

        private List<Step> ReadSteps(bool allowFilter)
        {
            var steps = new List<Step>();
            while (_at < _end && text[_at] is '.' or '[')
            {
                if (steps.Count == MaxSteps)
                {
                    throw new FormatException($"it has more than {MaxSteps} steps");
                }

                if (Take(".."))
                {
                    throw new FormatException("'..' is not supported; write the path in full");
                }

                // A list may be written with a dot before its bracket.
                steps.Add(Take(".") && !(_at < _end && text[_at] == '[') ? ReadName() : ReadBracket(allowFilter));
            }

            return steps;
        }

        private Step ReadName()
        {
            if (Take("*"))
            {
                return new Step.All();
            }

            var name = new StringBuilder();
            while (_at < _end && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '-' or '/' or '\\'))
            {
                // kubectl's way to write a dot that belongs to the name.
                if (text[_at] == '\\' && ++_at == _end)
                {
                    throw new FormatException("it ends with a backslash");
                }

                name.Append(text[_at++]);
            }

            return name.Length > 0 ? new Step.Member(name.ToString()) : throw Unexpected();
        }

        private Step ReadBracket(bool allowFilter)
        {
            Expect("[");
            SkipBlanks();
            Step step;
            if (Take("*"))
            {
                step = new Step.All();
            }
            else if (Take("?"))
            {
                step = allowFilter ? ReadFilter() : throw new FormatException("a condition cannot have a condition inside");
            }
            else
            {
                step = _at < _end && text[_at] is '\'' or '"' ? new Step.Member(ReadQuoted()) : ReadIndex();
            }

            SkipBlanks();
            Expect("]");
            return step;
        }

        private Step.Index ReadIndex()
        {
            var start = _at;
            while (_at < _end && (text[_at] == '-' || char.IsAsciiDigit(text[_at])))
            {
                _at++;
            }

            return int.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? new Step.Index(number)
                : throw new FormatException($"at character {start + 1}, a number, a name in quotes, * or a condition is expected in the brackets");
        }

        private Step.Filter ReadFilter()
        {
            var isInParentheses = Take("(");
            SkipBlanks();
            Expect("@");
            var path = ReadSteps(allowFilter: false);
            SkipBlanks();
            var isEqual = Take("==");
            var hasValue = isEqual || Take("!=");
            SkipBlanks();
            var value = hasValue ? ReadLiteral() : null;
            SkipBlanks();
            if (isInParentheses)
            {
                Expect(")");
            }

            return new Step.Filter(path, isEqual, value);
        }

        private string ReadLiteral()
        {
            if (_at < _end && text[_at] is '\'' or '"')
            {
                return ReadQuoted();
            }

            var start = _at;
            while (_at < _end && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '-' or '.' or '+'))
            {
                _at++;
            }

            var literal = text[start.._at];
            return literal is "true" or "false" || double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? literal
                : throw new FormatException($"at character {start + 1}, a text in quotes, a number, true or false is expected");
        }

        private string ReadQuoted()
        {
            var quote = text[_at++];
            var value = new StringBuilder();
            while (_at < _end && text[_at] != quote)
            {
                if (text[_at] == '\\' && _at + 1 < _end)
                {
                    _at++;
                }

                value.Append(text[_at++]);
            }

            Expect(quote.ToString());
            return value.ToString();
        }

        private void SkipBlanks()
        {
            while (_at < _end && text[_at] == ' ')
            {
                _at++;
            }
        }

        private bool Take(string token)
        {
            var isThere = _at + token.Length <= _end && text.AsSpan(_at, token.Length).SequenceEqual(token);
            _at += isThere ? token.Length : 0;
            return isThere;
        }

        private void Expect(string token)
        {
            if (!Take(token))
            {
                throw _at >= _end ? new FormatException($"it ends where '{token}' is expected") : Unexpected();
            }
        }

        private FormatException Unexpected() => new(
            _at >= _end ? "it ends in the middle" : $"the character '{text[_at]}' at position {_at + 1} is not expected; write it as in .status.phase");
    }
}
