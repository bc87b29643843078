using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;

namespace EdgeSync.Kubernetes.Fields;

/// <summary>
/// A field of an object: a JSON pointer (RFC 6901) in which an item of a list is named by its key (<c>k:{"name":"web"}</c>), as in
/// <c>metadata.managedFields</c>, or by <c>*</c> for all items.
/// </summary>
public sealed class FieldPointer
{
    private const string EachItem = "*";
    private const int MaxLength = 1024;

    private readonly string[] _parts;

    private FieldPointer(string text)
    {
        Text = text;
        _parts = [.. text.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    internal IReadOnlyList<string> Parts => _parts;

    /// <summary>Reads a pointer that has no <see cref="FindProblem"/>.</summary>
    public static FieldPointer Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FieldPointer(text);
    }

    /// <summary>What is wrong with a field that is to be ignored, or null.</summary>
    public static string? FindProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength || text.Length < 2 || text[0] != '/' || text.Any(char.IsControl))
        {
            return $"'{text}' is no field; write a JSON pointer, as in /spec/replicas";
        }

        var parts = Parse(text)._parts;
        return parts.Contains("") ? $"'{text}' has an empty part"
            : parts.FirstOrDefault(part => part.StartsWith("k:", StringComparison.Ordinal) && !IsKey(part)) is { } key
            ? $"'{key}' in '{text}' is no key of an item; write it as in k:{{\"name\":\"web\"}}"
            : FindForbidden(parts) is { } problem ? $"'{text}' cannot be ignored: {problem}"
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Takes the field out of a manager's <c>fieldsV1</c>, with what is then empty around it.</summary>
    internal void RemoveFrom(JsonObject fields) => Remove(fields, _parts);

    /// <summary>Whether <paramref name="part"/> of a pointer names this item of a list.</summary>
    internal static bool Names(string part, JsonNode? item) => part == EachItem || (IsKey(part) && OwnedFields.Matches(item, part));

    private static void Remove(JsonObject fields, ReadOnlySpan<string> parts)
    {
        foreach (var key in fields.Select(member => member.Key).ToList())
        {
            if (!Matches(key, parts[0]))
            {
                continue;
            }

            if (parts.Length == 1)
            {
                fields.Remove(key);
            }
            else if (fields[key] is JsonObject { Count: > 0 } below)
            {
                // An empty map means that the manager owns the field as a whole; no part of it can be taken out.
                Remove(below, parts[1..]);
                if (below.Count == 0)
                {
                    fields.Remove(key);
                }
            }
        }
    }

    private static bool Matches(string key, string part) => key.Split(':', 2) switch
    {
        ["f", var name] => name == part,
        ["k", var item] => part == EachItem || (IsKey(part) && OwnedFields.Matches(JsonNode.Parse(item), part)),
        ["v" or "i", _] => part == EachItem,
        _ => false,
    };

    private static bool IsKey(string part)
    {
        try
        {
            return part.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(part[2..]) is JsonObject { Count: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // What names an object, and the label by which EdgeSync finds it, is the bundle's alone.
    private static string? FindForbidden(string[] parts) => parts switch
    {
        ["apiVersion" or "kind" or "status", ..] => "EdgeSync does not apply it as a field",
        ["metadata", "labels" or "annotations", ApplySet.PartOfLabel or FieldRules.IgnoreAnnotation or FieldRules.ConflictsAnnotation] => "EdgeSync needs it",
        ["metadata", "labels" or "annotations", _] => null,
        ["metadata", ..] => "of the metadata, only single labels and annotations can be",
        _ => null,
    };
}
