using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>Finds in <c>metadata.managedFields</c> who else wrote a field.</summary>
internal static class FieldOwners
{
    /// <summary>The manager that wrote the field at this JSON pointer last, without <paramref name="manager"/>'s own applies; null where there is none.</summary>
    public static FieldOwner? Find(JsonObject live, string pointer, string manager) => live.Objects("metadata", "managedFields")
        .Where(entry => !(entry.Text("manager") == manager && entry.Text("operation") == "Apply") && Owns(entry["fieldsV1"], live, pointer))
        .Select(FieldOwner.Of)
        .OrderByDescending(owner => owner.At)
        .FirstOrDefault();

    private static bool Owns(JsonNode? fields, JsonNode? value, string pointer)
    {
        foreach (var part in pointer.Split('/').Skip(1).Select(PlannedFields.Unescape))
        {
            if (fields is not JsonObject map)
            {
                return false;
            }

            if (map.Count == 0)
            {
                // The manager owns the field above as a whole.
                return true;
            }

            if (value is JsonArray list && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Count)
            {
                value = list[at];
                fields = map.FirstOrDefault(member => IsKeyOf(member.Key, value, at)).Value;
            }
            else
            {
                value = value.At(part);
                fields = map[$"f:{part}"];
            }
        }

        return fields is JsonObject;
    }

    private static bool IsKeyOf(string key, JsonNode? item, int at) => key.Split(':', 2) switch
    {
        ["k", _] => OwnedFields.Matches(item, key),
        ["v", var text] => JsonNode.DeepEquals(item, JsonNode.Parse(text)),
        ["i", var index] => index == at.ToString(CultureInfo.InvariantCulture),
        _ => false,
    };
}
