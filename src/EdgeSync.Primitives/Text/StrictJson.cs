using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace EdgeSync.Primitives.Text;

/// <summary>
/// Reads JSON from outside strictly: no duplicate members (also none that differ in case only), no comments, no trailing commas, no
/// trailing bytes, valid UTF-8 and whole surrogate pairs everywhere, bounded depth. Two readers of such a text cannot see two things.
/// </summary>
public static class StrictJson
{
    /// <summary>The deepest nesting that is accepted.</summary>
    public const int MaxDepth = 64;

    /// <summary>Checks and deserialises. Throws <see cref="JsonException"/> that says what is wrong and where.</summary>
    public static T Read<T>(ReadOnlySpan<byte> utf8Json, JsonTypeInfo<T> typeInfo)
    {
        Check(utf8Json);
        try
        {
            return JsonSerializer.Deserialize(utf8Json, typeInfo) ?? throw new JsonFault("the document is null");
        }
        catch (JsonException failure) when (failure is not JsonFault && JsonShape.FindProblem(utf8Json, typeInfo) is { } problem)
        {
            throw new JsonFault(problem, failure);
        }
    }

    /// <summary>Checks only. Throws <see cref="JsonException"/> that says what is wrong and where.</summary>
    public static void Check(ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json))
        {
            throw new JsonFault("the document is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var scopes = new Stack<HashSet<string>?>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    scopes.Push(new HashSet<string>(StringComparer.OrdinalIgnoreCase));
                    break;
                case JsonTokenType.StartArray:
                    scopes.Push(null);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    scopes.Pop();
                    break;
                case JsonTokenType.PropertyName when !scopes.Peek()!.Add(ReadText(ref reader)):
                    throw new JsonFault($"the member '{reader.GetString()}' appears twice, at byte {reader.TokenStartIndex}");
                case JsonTokenType.String when reader.ValueIsEscaped:
                    ReadText(ref reader);
                    break;
            }
        }
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw new JsonFault($"the text at byte {reader.TokenStartIndex} has half of a surrogate pair", failure);
        }
    }
}
