using System.Globalization;
using System.Text.Json;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Sigstore.Json;

/// <summary>
/// One message in protobuf's JSON mapping, read strictly: names in lower camel case only, null as absent, whole numbers as numbers or text, base64
/// with one spelling. Each method throws <see cref="FormatException"/> that names the member.
/// </summary>
internal readonly struct ProtoMessage
{
    private readonly JsonElement _element;
    private readonly string _path;

    private ProtoMessage(JsonElement element, string path)
    {
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new FormatException($"{path} is not an object");
        _path = path;
    }

    public static ProtoMessage Parse(ReadOnlySpan<byte> utf8Json, int maxBytes, string name)
    {
        if (utf8Json.Length > maxBytes)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} has {utf8Json.Length} bytes, more than {maxBytes}"));
        }

        try
        {
            StrictJson.Check(utf8Json);
            var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
            return new ProtoMessage(JsonElement.ParseValue(ref reader), name);
        }
        catch (JsonException failure)
        {
            throw new FormatException(FaultText.DescribeJson(name, failure), failure);
        }
    }

    /// <summary>Refuses members of any other name.</summary>
    public ProtoMessage Only(params ReadOnlySpan<string> names)
    {
        foreach (var member in _element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new FormatException($"{_path} has the unknown member '{member.Name}'");
            }
        }

        return this;
    }

    /// <summary>Skips members with other names, but refuses names that differ in case only, because their writer meant the known one.</summary>
    public ProtoMessage Known(params ReadOnlySpan<string> names)
    {
        foreach (var member in _element.EnumerateObject())
        {
            foreach (var name in names)
            {
                if (member.Name != name && string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    throw new FormatException($"{_path} has the member '{member.Name}', which is spelled '{name}'");
                }
            }
        }

        return this;
    }

    public bool Has(string name) => Find(name) is not null;

    public ProtoMessage Message(string name) => OptionalMessage(name) ?? throw Missing(name);

    public ProtoMessage? OptionalMessage(string name) =>
        Find(name) is { } element ? new ProtoMessage(element, $"{_path}.{name}") : null;

    public IReadOnlyList<ProtoMessage> Messages(string name, int max)
    {
        var elements = Elements(name, max);
        var messages = new List<ProtoMessage>(elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            messages.Add(new ProtoMessage(elements[i], Item(name, i)));
        }

        return messages;
    }

    public string Text(string name, int maxLength) => OptionalText(name, maxLength) is { Length: > 0 } text ? text : throw Missing(name);

    public string? OptionalText(string name, int maxLength) =>
        Find(name) is { } element ? ReadText(element, $"{_path}.{name}", maxLength) : null;

    public byte[] Bytes(string name, int max) => OptionalBytes(name, max) is { Length: > 0 } bytes ? bytes : throw Missing(name);

    public byte[]? OptionalBytes(string name, int max) => Find(name) is { } element ? ReadBytes(element, $"{_path}.{name}", max) : null;

    public IReadOnlyList<byte[]> BytesList(string name, int max, int maxBytes)
    {
        var elements = Elements(name, max);
        var list = new List<byte[]>(elements.Count);
        for (var i = 0; i < elements.Count; i++)
        {
            list.Add(ReadBytes(elements[i], Item(name, i), maxBytes));
        }

        return list;
    }

    /// <summary>A whole number that is not negative; zero where it is absent, as the mapping says.</summary>
    public long Count(string name)
    {
        if (Find(name) is not { } element)
        {
            return 0;
        }

        var text = element.ValueKind switch
        {
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.String => element.GetString()!,
            _ => throw Wrong(name, "is not a number"),
        };
        return text.Length is > 0 and < 20 && (text[0] != '0' || text.Length == 1)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Wrong(name, "is not a whole number from 0 to 2^63 - 1");
    }

    public DateTimeOffset? OptionalTime(string name)
    {
        if (OptionalText(name, 40) is not { } text)
        {
            return null;
        }

        return text.EndsWith('Z') && DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw Wrong(name, "is not a time as RFC 3339 writes it in UTC");
    }

    /// <summary>The original text of this message.</summary>
    public ReadOnlyMemory<byte> Raw(string name) => Find(name) is { } element ? System.Text.Encoding.UTF8.GetBytes(element.GetRawText()) : default;

    /// <summary>Each member's name and text, without those that are not text.</summary>
    public Dictionary<string, string> Texts(int max, int maxLength)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in _element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            if (texts.Count == max)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{_path} has more than {max} members"));
            }

            texts.Add(member.Name, ReadText(member.Value, $"{_path}.{member.Name}", maxLength));
        }

        return texts;
    }

    public FormatException Wrong(string name, string why) => new($"{_path}.{name} {why}");

    private static string[] TimeFormats { get; } = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private FormatException Missing(string name) => Wrong(name, "is missing or empty");

    private string Item(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{_path}.{name}[{index}]");

    private JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    private List<JsonElement> Elements(string name, int max)
    {
        if (Find(name) is not { } array)
        {
            return [];
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "is not a list");
        }

        return array.GetArrayLength() <= max
            ? [.. array.EnumerateArray()]
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"has {array.GetArrayLength()} entries, more than {max}"));
    }

    private static string ReadText(JsonElement element, string path, int maxLength)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw new FormatException($"{path} is not text");
        }

        var text = element.GetString()!;
        return text.Length <= maxLength
            ? text
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{path} is longer than {maxLength} characters"));
    }

    private static byte[] ReadBytes(JsonElement element, string path, int max)
    {
        // Four characters encode three bytes.
        var text = ReadText(element, path, (max / 3 * 4) + 4);
        return ProtoBase64.TryDecode(text, out var content) && content.Length <= max
            ? content
            : throw new FormatException($"{path} is not base64 in canonical form, or too long");
    }
}
