using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Compares one object with the schema of its kind: fields, types, texts of a fixed set, and duplicates in keyed lists.</summary>
internal sealed class SchemaWalk
{
    private readonly List<SchemaFault> _faults = [];

    private readonly JsonObject _root;

    private SchemaWalk(JsonObject root) => _root = root;

    /// <summary>Everything that an API server with this schema refuses.</summary>
    public static IReadOnlyList<SchemaFault> Check(JsonObject json, ValueSchema schema)
    {
        var walk = new SchemaWalk(json);
        walk.VisitObject(json, schema, "");
        return walk._faults;
    }

    private void Visit(JsonNode node, ValueSchema schema, string pointer)
    {
        switch (schema.Kind)
        {
            case ValueKind.Any:
                break;
            case ValueKind.Object when node is JsonObject item:
                VisitObject(item, schema, pointer);
                break;
            case ValueKind.Map when node is JsonObject map:
                foreach (var (name, value) in map)
                {
                    if (value is not null)
                    {
                        Visit(value, schema.Item!, $"{pointer}/{PositionMap.Escape(name)}");
                    }
                }

                break;
            case ValueKind.List when node is JsonArray list:
                VisitList(list, schema, pointer);
                break;
            case ValueKind.Object or ValueKind.Map:
                Add(LintRules.FieldType, pointer, $"must be a map, and is {ScalarChecks.Describe(node)}");
                break;
            case ValueKind.List:
                Add(LintRules.FieldType, pointer, $"must be a list, and is {ScalarChecks.Describe(node)}{(node is JsonObject ? "; begin each item with '- '" : "")}");
                break;
            default:
                if (ScalarChecks.Problem(node, schema) is var (rule, message))
                {
                    Add(rule, pointer, message, ScalarChecks.IsOnlyTooLarge(node, schema) ? LintSeverity.Warning : LintSeverity.Error);
                }

                break;
        }
    }

    private void VisitObject(JsonObject json, ValueSchema schema, string pointer)
    {
        foreach (var (name, value) in json)
        {
            if (!schema.Fields.TryGetValue(name, out var field))
            {
                Add(LintRules.FieldUnknown, $"{pointer}/{PositionMap.Escape(name)}", UnknownField.Describe(name, schema.Fields.Keys));
            }
            else if (value is not null)
            {
                Visit(value, field.Value, $"{pointer}/{name}");
                CheckText(schema.TypeName, name, value, $"{pointer}/{name}");
            }
        }

        foreach (var (name, field) in schema.Fields)
        {
            if (field.IsRequired && IsMissing(json[name], field.Value) && !UnknownField.IsMisspelt(name, json.Select(member => member.Key), schema.Fields.Keys))
            {
                _faults.Add(new SchemaFault(LintRules.FieldMissing, pointer, FieldPath.Of($"{pointer}/{name}"), "is missing"));
            }
        }

        foreach (var (rule, field, message) in schema.TypeName == "core.v1.PodSpec" ? PodRules.Check(json, _root) : TypeRules.Check(json, schema))
        {
            var at = pointer + field;
            if (_faults.TrueForAll(fault => fault.Subject != FieldPath.Of(at)))
            {
                Add(rule, at, message);
            }
        }
    }

    private void CheckText(string type, string field, JsonNode value, string pointer)
    {
        if (TextFormats.Problem(type, field, value) is { } problem)
        {
            Add(LintRules.FieldValue, pointer, problem);
        }

        foreach (var (key, message) in TextFormats.LabelProblems(type, field, value))
        {
            // Some selectors are not checked by a server; such a value then selects nothing.
            Add(LintRules.LabelInvalid, $"{pointer}/{PositionMap.Escape(key)}", message, field == "matchLabels" ? LintSeverity.Warning : LintSeverity.Error);
        }
    }

    private static bool IsMissing(JsonNode? value, ValueSchema schema) =>
        value is null
        || (schema.Kind is ValueKind.Text or ValueKind.Choice or ValueKind.IntOrString or ValueKind.Bytes or ValueKind.Time && value is JsonValue text && text.TryGetValue<string>(out var found) && found.Length == 0)
        || (schema.Kind == ValueKind.List && value is JsonArray { Count: 0 })
        || (schema.Kind == ValueKind.Map && value is JsonObject { Count: 0 });

    private void VisitList(JsonArray list, ValueSchema schema, string pointer)
    {
        var seen = schema.Keys.Count == 0 ? null : new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not { } item)
            {
                continue;
            }

            var at = $"{pointer}/{i}";
            Visit(item, schema.Item!, at);
            if (seen is not null && KeyOf(item, schema.Keys) is { } key && !seen.TryAdd(key, i))
            {
                Add(LintRules.ListDuplicate, at, $"is a second item with {key} (the first is [{seen[key]}]); Kubernetes accepts one of them");
            }
        }
    }

    // Null where a part is missing: that is another fault.
    private static string? KeyOf(JsonNode item, IReadOnlyList<string> keys)
    {
        var parts = new List<string>();
        foreach (var key in keys)
        {
            var value = key.Length == 0 ? item : (item as JsonObject)?[key] ?? (key == "protocol" ? JsonValue.Create("TCP") : null);
            if (value is not JsonValue)
            {
                return null;
            }

            parts.Add(key.Length == 0 ? $"the value {value}" : $"{key} {value}");
        }

        return string.Join(" and ", parts);
    }

    private void Add(string rule, string pointer, string message, LintSeverity severity = LintSeverity.Error) =>
        _faults.Add(new SchemaFault(rule, pointer, FieldPath.Of(pointer), message) { Severity = severity });
}
