using System.Globalization;
using System.Text.Json;

namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>One segment of a <see cref="JsonPath"/>: a member by name, an element by place, or all of them.</summary>
internal sealed record JsonPathStep
{
    private JsonPathStep()
    {
    }

    private string? Name { get; init; }

    private int? Index { get; init; }

    public bool IsWildcard => Name is null && Index is null;

    /// <summary>Reads the segment that starts here; null with the reason if there is none.</summary>
    public static JsonPathStep? TryRead(string text, ref int at, out string problem)
    {
        problem = "";
        var start = at;
        var step = text[at] switch
        {
            '.' when at + 1 < text.Length && text[at + 1] == '*' => Advance(ref at, 2, new JsonPathStep()),
            '.' => ReadShorthand(text, ref at),
            '[' => ReadBracket(text, ref at),
            _ => null,
        };
        if (step is null)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"character {start + 1} of the path does not begin one of .name, ['name'], [0], [*] and .*");
        }

        return step;
    }

    /// <summary>Adds what it finds in a value; false if the list would exceed the limit.</summary>
    public bool AddTo(List<JsonElement> found, JsonElement value, int most)
    {
        if (Name is not null)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Name, out var member))
            {
                found.Add(member);
            }
        }
        else if (Index is { } index)
        {
            if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is var length && (index < 0 ? index + length : index) is var place
                && place >= 0 && place < length)
            {
                found.Add(value[place]);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
            {
                if (found.Count >= most)
                {
                    return false;
                }

                found.Add(element);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (found.Count >= most)
                {
                    return false;
                }

                found.Add(member.Value);
            }
        }

        return found.Count <= most;
    }

    private static JsonPathStep Advance(ref int at, int by, JsonPathStep step)
    {
        at += by;
        return step;
    }

    private static JsonPathStep? ReadShorthand(string text, ref int at)
    {
        var end = at + 1;
        while (end < text.Length && IsNameCharacter(text[end], isFirst: end == at + 1))
        {
            end++;
        }

        return end > at + 1 ? Advance(ref at, end - at, new JsonPathStep { Name = text[(at + 1)..end] }) : null;
    }

    private static bool IsNameCharacter(char character, bool isFirst) =>
        char.IsAsciiLetter(character) || character == '_' || character >= 0x80 || (!isFirst && char.IsAsciiDigit(character));

    // Between quotes nothing is escaped: a name with this quote takes the other one.
    private static JsonPathStep? ReadBracket(string text, ref int at)
    {
        if (at + 2 >= text.Length)
        {
            return null;
        }

        if (text[at + 1] is '\'' or '"')
        {
            var close = text.IndexOf(text[at + 1], at + 2);
            return close > 0 && close + 1 < text.Length && text[close + 1] == ']' && !text.AsSpan(at + 2, close - at - 2).Contains('\\')
                ? Advance(ref at, close + 2 - at, new JsonPathStep { Name = text[(at + 2)..close] })
                : null;
        }

        var end = text.IndexOf(']', at);
        if (end < 0)
        {
            return null;
        }

        var inner = text[(at + 1)..end];
        if (inner == "*")
        {
            return Advance(ref at, end + 1 - at, new JsonPathStep());
        }

        return int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            && index.ToString(CultureInfo.InvariantCulture) == inner
                ? Advance(ref at, end + 1 - at, new JsonPathStep { Index = index })
                : null;
    }
}
