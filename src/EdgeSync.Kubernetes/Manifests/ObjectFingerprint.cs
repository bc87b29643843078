using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Primitives;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>One hash over a set of desired objects, equal if and only if the sets are.</summary>
public static class ObjectFingerprint
{
    /// <summary>
    /// The digest of the objects in canonical form: ordered by identity, members ordered by name, numbers by value. The order of the
    /// objects, the layout of the YAML and the order of keys make no difference.
    /// </summary>
    public static Digest Of(IEnumerable<KubernetesObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var buffer = new MemoryStream();
        foreach (var item in objects.OrderBy(o => o.Id.Key, StringComparer.Ordinal).ThenBy(o => o.ApiVersion, StringComparer.Ordinal))
        {
            buffer.SetLength(0);
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            {
                Write(writer, item.Json);
            }

            buffer.WriteByte((byte)'\n');
            hash.AppendData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }

        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (name, value) in map.OrderBy(member => member.Key, StringComparer.Ordinal))
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
