using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Primitives;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>One hash over what a piece of an object says, whatever way it is written.</summary>
internal static class ObjectFingerprint
{
    private static readonly Comparison<KeyValuePair<string, JsonNode?>> ByName = (one, other) => string.CompareOrdinal(one.Key, other.Key);

    /// <summary>The digest of the canonical form: members ordered by name, numbers by value.</summary>
    public static Digest Of(JsonNode? node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            Write(writer, node);
        }

        return Digest.Of(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                KeyValuePair<string, JsonNode?>[] members = [.. map];
                Array.Sort(members, ByName);
                foreach (var (name, value) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number:
                WriteNumber(writer, number);
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, JsonValue number)
    {
        if (number.Number() is { } whole)
        {
            writer.WriteNumberValue(whole);
        }
        else if (number.TryGetValue<double>(out var fraction) && fraction == Math.Floor(fraction) && Math.Abs(fraction) < 1e15)
        {
            writer.WriteNumberValue((long)fraction);
        }
        else
        {
            number.WriteTo(writer);
        }
    }
}
