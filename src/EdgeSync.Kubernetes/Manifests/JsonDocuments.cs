using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Reads a document that is JSON; Kubernetes takes such files too, with JSON's own rules.</summary>
internal static class JsonDocuments
{
    /// <summary>Takes a document with several JSON objects one after the other apart, as kubectl does; any other document is returned as it is.</summary>
    public static IReadOnlyList<ManifestDocument> Split(ManifestDocument document, ManifestReaderOptions options)
    {
        if (document.IsYaml || !document.Text.AsSpan().TrimStart(" \t\r\n").StartsWith("{", StringComparison.Ordinal))
        {
            return [document];
        }

        var utf8 = Encoding.UTF8.GetBytes(document.Text);
        var parts = new List<ManifestDocument>();
        var start = 0;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = options.MaxDepth, AllowMultipleValues = true });
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    var end = (int)reader.BytesConsumed;
                    var blanks = utf8.AsSpan(start, end - start).IndexOfAnyExcept(" \t\r\n"u8);
                    parts.Add(new ManifestDocument(
                        Encoding.UTF8.GetString(utf8, start + blanks, end - start - blanks), document.FirstLine + utf8.AsSpan(0, start + blanks).Count((byte)'\n')));
                    start = end;
                }
                else if (reader.CurrentDepth == 0 && reader.TokenType != JsonTokenType.StartObject)
                {
                    return [document];
                }
            }
        }
        catch (JsonException)
        {
            return [document];
        }

        return parts.Count > 1 ? parts : [document];
    }

    /// <summary>
    /// The object, or null if the text is no JSON object (it may still be YAML). Duplicate members are faults.
    /// </summary>
    public static JsonObject? TryRead(ManifestDocument document, FaultList faults, ManifestReaderOptions options, Dictionary<string, TextPosition>? positions)
    {
        if (document.IsYaml || !document.Text.AsSpan().TrimStart(" \t\r\n").StartsWith("{", StringComparison.Ordinal))
        {
            return null;
        }

        var utf8 = Encoding.UTF8.GetBytes(document.Text);
        try
        {
            var check = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = options.MaxDepth });
            while (check.Read())
            {
                // Only whether all of it is JSON; anything else is left to the YAML rules.
            }
        }
        catch (JsonException)
        {
            return null;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = options.MaxDepth });
        reader.Read();
        var walk = new Walk(document, utf8, faults, positions);
        return (JsonObject?)walk.Value(ref reader, "");
    }

    private sealed class Walk(ManifestDocument document, byte[] utf8, FaultList faults, Dictionary<string, TextPosition>? positions)
    {
        private int _line = 1;
        private int _lineStart;
        private int _counted;

        public JsonNode? Value(ref Utf8JsonReader reader, string pointer)
        {
            positions?.TryAdd(pointer, Position(ref reader));
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    return Members(ref reader, pointer);
                case JsonTokenType.StartArray:
                    var list = new JsonArray();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        list.Add(Value(ref reader, $"{pointer}/{list.Count}"));
                    }

                    return list;
                case JsonTokenType.String:
                    return JsonValue.Create(Text(ref reader));
                case JsonTokenType.Number:
                    return Number(ref reader);
                default:
                    return reader.TokenType == JsonTokenType.Null ? null : JsonValue.Create(reader.GetBoolean());
            }
        }

        private JsonObject Members(ref Utf8JsonReader reader, string pointer)
        {
            var map = new JsonObject();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var at = Position(ref reader);
                var name = Text(ref reader);
                reader.Read();
                var value = Value(ref reader, $"{pointer}/{PositionMap.Escape(name)}");
                if (!map.TryAdd(name, value))
                {
                    faults.Add(at, $"the key '{name}' appears twice in this map");
                }
            }

            return map;
        }

        private string Text(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                faults.Add(Position(ref reader), "the text holds half of a surrogate pair");
                return "";
            }
        }

        private JsonValue? Number(ref Utf8JsonReader reader)
        {
            if (reader.TryGetInt64(out var whole))
            {
                return JsonValue.Create(whole);
            }

            if (reader.TryGetUInt64(out var large))
            {
                return JsonValue.Create(large);
            }

            if (reader.TryGetDouble(out var number) && double.IsFinite(number))
            {
                return JsonValue.Create(number);
            }

            faults.Add(Position(ref reader), "the number is too large");
            return null;
        }

        private TextPosition Position(ref Utf8JsonReader reader)
        {
            var offset = (int)reader.TokenStartIndex;
            for (; _counted < offset; _counted++)
            {
                if (utf8[_counted] == (byte)'\n')
                {
                    _line++;
                    _lineStart = _counted + 1;
                }
            }

            return document.InFile(_line, offset - _lineStart + 1);
        }
    }
}
