using System.Globalization;
using System.Text.Json;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>A JSON object of an envelope: names in their very case, no null, each text bounded. Throws <see cref="FormatException"/>.</summary>
internal readonly struct StrictObject
{
    private readonly JsonElement _element;
    private readonly string _path;

    private StrictObject(JsonElement element, string path)
    {
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new FormatException($"{path} is not an object");
        _path = path;
    }

    public IEnumerable<string> Names
    {
        get
        {
            foreach (var member in _element.EnumerateObject())
            {
                yield return member.Name;
            }
        }
    }

    public static StrictObject Parse(ReadOnlySpan<byte> utf8Json, string path)
    {
        try
        {
            StrictJson.Check(utf8Json);
            var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
            return new StrictObject(JsonElement.ParseValue(ref reader), path);
        }
        catch (JsonException failure)
        {
            throw new FormatException(FaultText.DescribeJson(path, failure), failure);
        }
    }

    public StrictObject Only(params ReadOnlySpan<string> names)
    {
        foreach (var member in _element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new FormatException($"{_path} has the unknown member '{Printable.Of(member.Name)}'");
            }
        }

        return this;
    }

    public StrictObject Object(string name) => new(Find(name) ?? throw Missing(name), $"{_path}.{name}");

    public StrictObject? OptionalObject(string name) => Find(name) is { } element ? new StrictObject(element, $"{_path}.{name}") : null;

    public string Text(string name, int maxLength) => OptionalText(name, maxLength) ?? throw Missing(name);

    public string? OptionalText(string name, int maxLength) => Find(name) is { } element ? Text(element, name, maxLength) : null;

    /// <summary>A list of one text at least.</summary>
    public List<string> Texts(string name, int max, int maxLength)
    {
        var list = Find(name) ?? throw Missing(name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 || list.GetArrayLength() > max)
        {
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is not a list of 1 to {max} entries"));
        }

        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            texts.Add(Text(item, name, maxLength));
        }

        return texts;
    }

    public Dictionary<string, string> Map(int max, int maxLength)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in _element.EnumerateObject())
        {
            if (texts.Count == max)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{_path} has more than {max} members"));
            }

            texts.Add(member.Name, Text(member.Value, Printable.Of(member.Name), maxLength));
        }

        return texts;
    }

    public long Count(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt64(out var value) && value >= 0
        && element.GetRawText() == value.ToString(CultureInfo.InvariantCulture)
            ? value
            : throw Wrong(name, "is not a whole number from 0 to 2^63 - 1");

    public DateTimeOffset? OptionalTime(string name)
    {
        if (OptionalText(name, 40) is not { } text)
        {
            return null;
        }

        // RFC 3339 has an offset always.
        var hasOffset = text.Length > 6 && (text[^1] == 'Z' || text[^6] is '+' or '-');
        return hasOffset && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw Wrong(name, "is not a time as RFC 3339 writes it");
    }

    public FormatException Wrong(string name, string why) => new($"{_path}.{name} {why}");

    private static string[] TimeFormats { get; } = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private string Text(JsonElement element, string name, int maxLength)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong(name, "is not text");
        return text.Length <= maxLength
            ? text
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is longer than {maxLength} characters"));
    }

    private FormatException Missing(string name) => Wrong(name, "is missing");

    private JsonElement? Find(string name) => _element.TryGetProperty(name, out var element) ? element : null;
}
