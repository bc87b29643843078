using System.Globalization;

namespace EdgeSync.Hq.Configuration;

/// <summary>Reads settings one by one, remembers which keys were asked for, and collects every fault.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Faults { get; } = [];

    public string? ReadText(string key)
    {
        _known.Add(key);
        var text = configuration[key];
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    public Uri? ReadUri(string key) => ReadText(key) is { } text ? ParseUri(key, text) : null;

    public IReadOnlyList<Uri>? ReadUris(string key)
    {
        var texts = configuration.GetSection(key).GetChildren().Select(c => (c.Path, Text: c.Value ?? "")).ToList();
        if (ReadText(key) is { } single)
        {
            texts = [.. single.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => (key, t))];
        }

        _known.UnionWith(texts.Select(t => t.Path));
        return texts.Count == 0 ? null : [.. texts.Select(t => ParseUri(t.Path, t.Text)).OfType<Uri>()];
    }

    public bool? ReadSwitch(string key) => Parse<bool>(key, bool.TryParse, "true or false");

    public int? ReadNumber(string key) =>
        Parse(key, (string t, out int n) => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out n), "a whole number");

    public LogLevel? ReadLevel(string key) => Parse(
        key, (string t, out LogLevel l) => Enum.TryParse(t, ignoreCase: true, out l) && Enum.IsDefined(l), "a level such as Information or Debug");

    /// <summary>Call it last: everything that nobody read is a fault.</summary>
    public void RefuseUnknownKeys()
    {
        var unknown = configuration.AsEnumerable().Where(p => p.Value is not null).Select(p => p.Key).Where(k => !_known.Contains(k));
        Faults.AddRange(unknown.Order(StringComparer.Ordinal).Select(key => $"{key}: is not a setting"));
    }

    private T? Parse<T>(string key, Parser<T> parse, string wanted)
        where T : struct
    {
        if (ReadText(key) is not { } text)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Faults.Add($"{key}: '{text}' is not {wanted}");
        return null;
    }

    private Uri? ParseUri(string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return uri;
        }

        Faults.Add($"{key}: '{text}' is not a URL");
        return null;
    }

    private delegate bool Parser<T>(string text, out T value);
}
