using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// What a bundle's author waits for in objects whose kind does not say by itself when they are ready. It comes on top of the rules of <see cref="HealthRules"/>.
/// </summary>
public sealed record ReadyRule
{
    private const int MaxShown = 100;

    /// <summary>The kind of the objects, <c>Database</c>; with its group (<c>Cluster.postgresql.cnpg.io</c>) where two groups have the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The object's name; null means every object of the kind.</summary>
    public string? Name { get; init; }

    /// <summary>Where to look in the live object; see <see cref="JsonPath"/>.</summary>
    public required string Path { get; init; }

    /// <summary>What must be there, as text. Null means anything but null, false, an empty text, list or map.</summary>
    public string? Value { get; init; }

    /// <summary>The rule without its path, as people name it.</summary>
    [JsonIgnore]
    public string Subject => Name is null ? Kind : $"{Kind}/{Name}";

    /// <summary>Whether the rule is about this object.</summary>
    public bool AppliesTo(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return (Kind == id.Kind || Kind == id.GroupKind) && (Name is null || Name == id.Name);
    }

    /// <summary>What the live object lacks, in words; null where the rule holds.</summary>
    internal string? FindMissing(JsonObject live)
    {
        if (!JsonPath.TryParse(Path, out var path, out var problem))
        {
            return $"its readyWhen cannot be checked: {problem}";
        }

        var found = path.Find(live);
        return found.Count == 0 ? $"{Path} is not there yet{(Value is null ? "" : $"; readyWhen waits for '{Value}'")}"
            : found.FirstOrDefault(value => !Holds(value)) is not { } other ? null
            : Value is null ? $"{Path} is {Shown(other)}"
            : $"{Path} is {Shown(other)}, and readyWhen waits for '{Value}'";
    }

    private bool Holds(JsonNode found) => Value is not null
        ? JsonPath.TextOf(found) == Value
        : found switch
        {
            JsonArray list => list.Count > 0,
            JsonObject map => map.Count > 0,
            _ => found.GetValueKind() != JsonValueKind.False && JsonPath.TextOf(found).Length > 0,
        };

    private static string Shown(JsonNode node)
    {
        var text = string.Concat(JsonPath.TextOf(node).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return text.Length > MaxShown ? $"'{text[..MaxShown]}…'" : $"'{text}'";
    }
}
