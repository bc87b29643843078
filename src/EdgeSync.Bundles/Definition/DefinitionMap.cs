using System.Globalization;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>
/// Reads the keys of one map of <c>bundle.yaml</c>. Each asks for its type and notes what is wrong; <see cref="RefuseOthers"/> then refuses what nobody
/// asked for.
/// </summary>
internal sealed class DefinitionMap
{
    private readonly DefinitionNode.Map _map;
    private readonly DefinitionFaults _faults;
    private readonly List<string> _known = [];

    private DefinitionMap(DefinitionNode.Map map, DefinitionFaults faults)
    {
        _map = map;
        _faults = faults;
    }

    public TextPosition Position => _map.Position;

    /// <summary>The node as a map; null after noting that it is none.</summary>
    public static DefinitionMap? From(DefinitionNode node, string what, DefinitionFaults faults)
    {
        if (node is DefinitionNode.Map map)
        {
            return new DefinitionMap(map, faults);
        }

        faults.Add(node.Position, $"{what} must be a map of keys and values");
        return null;
    }

    /// <summary>Where the key's value stands, or the map where it is missing.</summary>
    public TextPosition PositionOf(string key) => _map.Entries.TryGetValue(key, out var entry) ? entry.Value.Position : _map.Position;

    public string? Text(string key, bool required = false)
    {
        if (Find(key, required) is not { } node)
        {
            return null;
        }

        return TextOf(node, $"'{key}'", _faults);
    }

    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(item => TextOf(item, $"an entry of '{key}'", _faults)).OfType<string>()];

    public IReadOnlyList<DefinitionNode> Items(string key)
    {
        switch (Find(key, required: false))
        {
            case null:
                return [];
            case DefinitionNode.List list:
                return list.Items;
            case var other:
                _faults.Add(other.Position, $"'{key}' must be a list");
                return [];
        }
    }

    public DefinitionMap? Map(string key) => Find(key, required: false) is { } node ? From(node, $"'{key}'", _faults) : null;

    /// <summary>A whole number and a unit: <c>90s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public TimeSpan? Duration(string key, TimeSpan shortest, TimeSpan longest)
    {
        if (Find(key, required: false) is not { } node)
        {
            return null;
        }

        if (node is DefinitionNode.Text { Value: [.., var unit] text }
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && UnitOf(unit) is { } size)
        {
            var duration = size * number;
            if (duration >= shortest && duration <= longest)
            {
                return duration;
            }

            _faults.Add(node.Position, $"'{key}' must be between {(int)shortest.TotalSeconds} seconds and {(int)longest.TotalHours} hours");
            return null;
        }

        _faults.Add(node.Position, $"'{key}' must be a whole number with the unit s, m or h, as in 90s, 5m or 1h");
        return null;
    }

    public DateTimeOffset? Time(string key)
    {
        if (Find(key, required: false) is not { } node)
        {
            return null;
        }

        if (node is DefinitionNode.Text text
            && DateTimeOffset.TryParseExact(
                text.Value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        _faults.Add(node.Position, $"'{key}' must be a UTC time as in 2026-11-21T02:00:00Z");
        return null;
    }

    /// <summary>Notes every key that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, entry) in _map.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            _faults.Add(entry.KeyPosition, $"the key '{key}' is unknown here; known are {string.Join(", ", _known)}");
        }
    }

    private DefinitionNode? Find(string key, bool required)
    {
        _known.Add(key);
        if (!_map.Entries.TryGetValue(key, out var entry))
        {
            if (required)
            {
                _faults.Add(_map.Position, $"'{key}' is missing");
            }

            return null;
        }

        if (entry.Value is DefinitionNode.Text { IsNull: true })
        {
            _faults.Add(entry.KeyPosition, $"'{key}' has no value");
            return null;
        }

        return entry.Value;
    }

    /// <summary>The node as a text; null after noting why it is none.</summary>
    public static string? TextOf(DefinitionNode node, string what, DefinitionFaults faults)
    {
        if (node is not DefinitionNode.Text text)
        {
            faults.Add(node.Position, $"{what} must be a text");
            return null;
        }

        // To every other YAML reader an unquoted 1.10 is the number 1.1, and an unquoted yes is true.
        if (!text.IsQuoted && IsReadAsOther(text.Value))
        {
            faults.Add(node.Position, $"{what} must be a text; put quotes around {text.Value}");
            return null;
        }

        if (text.Value.Length == 0 || text.Value.Any(char.IsControl))
        {
            faults.Add(node.Position, $"{what} must not be empty or have control characters");
            return null;
        }

        return text.Value;
    }

    private static bool IsReadAsOther(string value) =>
        value.ToLowerInvariant() is "" or "~" or "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n"
        || (value.Any(char.IsAsciiDigit) && double.TryParse(value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        || value.StartsWith("0x", StringComparison.Ordinal) || value.StartsWith("0o", StringComparison.Ordinal);

    private static TimeSpan? UnitOf(char unit) => unit switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        _ => null,
    };
}
