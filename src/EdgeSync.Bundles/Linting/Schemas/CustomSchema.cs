using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Checks a custom resource by the schema of its definition, as far as that is structural; rules in CEL are not evaluated.</summary>
internal sealed class CustomSchema(bool keepsUnknown)
{
    private static readonly string[] RootFields = ["apiVersion", "kind", "metadata", "status"];
    private static readonly string[] EmbeddedFields = ["apiVersion", "kind", "metadata"];
    private static readonly string[] EmbeddedTexts = ["apiVersion", "kind"];
    private readonly List<SchemaFault> _faults = [];

    /// <summary>Everything that a server refuses (errors) or drops (warnings).</summary>
    public static IReadOnlyList<SchemaFault> Check(JsonObject json, CustomVersion version)
    {
        var check = new CustomSchema(version.KeepsUnknown);
        check.VisitObject(json, version.Schema!, "", RootFields);
        return check._faults;
    }

    private void Visit(JsonNode? node, JsonObject schema, string pointer)
    {
        if (node is null)
        {
            if (!schema.IsTrue("nullable") && schema["default"] is null)
            {
                Add(LintRules.FieldType, pointer, "is null, which the definition does not allow; take the field out", LintSeverity.Warning);
            }

            return;
        }

        if (TypeProblem(node, schema) is { } problem)
        {
            Add(LintRules.FieldType, pointer, problem);
            return;
        }

        foreach (var message in CustomValues.Problems(node, schema))
        {
            Add(LintRules.FieldValue, pointer, message);
        }

        if (node is JsonObject json)
        {
            VisitObject(json, schema, pointer, schema.IsTrue("x-kubernetes-embedded-resource") ? EmbeddedFields : []);
        }
        else if (node is JsonArray list && schema["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Visit(list[i], items, $"{pointer}/{i}");
            }

            FindDuplicates(list, schema, pointer);
        }

        VisitAlternatives(node, schema, pointer);
    }

    private void VisitObject(JsonObject json, JsonObject schema, string pointer, string[] always)
    {
        var properties = schema["properties"] as JsonObject;
        foreach (var (name, value) in json.Where(member => !always.Contains(member.Key)))
        {
            var at = $"{pointer}/{PositionMap.Escape(name)}";
            if (properties?[name] is JsonObject property)
            {
                Visit(value, property, at);
            }
            else if (schema["additionalProperties"] is JsonObject additional)
            {
                Visit(value, additional, at);
            }
            else if (!keepsUnknown && !schema.IsTrue("additionalProperties") && !schema.IsTrue("x-kubernetes-preserve-unknown-fields") && (properties is not null || schema.Text("type") == "object"))
            {
                var known = properties?.Select(member => member.Key) ?? [];
                Add(LintRules.FieldUnknown, at, $"{UnknownField.Describe(name, known, "the bundle's definition knows")}; a server drops it or refuses it", LintSeverity.Warning);
            }
        }

        foreach (var name in always == EmbeddedFields ? EmbeddedTexts.Where(name => json[name] is not null) : [])
        {
            if (json.Text(name) is not { } text || text.Length == 0 || (name == "kind" && !CustomValues.IsKindName(text)))
            {
                Add(LintRules.FieldValue, $"{pointer}/{name}", $"is {ScalarChecks.Describe(json[name]!)}, which no object has as its {name}");
            }
        }

        var required = (schema["required"] as JsonArray)?.OfType<JsonValue>().Select(item => item.ToString()) ?? [];
        foreach (var name in required.Concat(always == EmbeddedFields ? EmbeddedTexts : []).Distinct().Where(name => json[name] is null && name != "status"))
        {
            var property = properties?[name];
            if (property.At("default") is null && !(json.ContainsKey(name) && property.IsTrue("nullable")))
            {
                _faults.Add(new SchemaFault(LintRules.FieldMissing, pointer, FieldPath.Of($"{pointer}/{PositionMap.Escape(name)}"), "is missing, and the bundle's definition requires it"));
            }
        }
    }

    private void VisitAlternatives(JsonNode node, JsonObject schema, string pointer)
    {
        if (schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return;
        }

        foreach (var part in schema.Objects("allOf"))
        {
            Visit(node, part, pointer);
        }

        if (schema["anyOf"] is JsonArray any && any.OfType<JsonObject>().All(part => !Fits(node, part)))
        {
            Add(LintRules.FieldValue, pointer, "fits none of the alternatives (anyOf) of the bundle's definition");
        }

        if (schema["oneOf"] is JsonArray one && one.OfType<JsonObject>().Count(part => Fits(node, part)) is var count and not 1)
        {
            Add(LintRules.FieldValue, pointer, $"fits {count} of the alternatives (oneOf) of the bundle's definition, and must fit one");
        }

        if (schema["not"] is JsonObject not && Fits(node, not))
        {
            Add(LintRules.FieldValue, pointer, "is what the bundle's definition excludes (not)");
        }
    }

    // Alternatives say nothing about which fields there are.
    private static bool Fits(JsonNode node, JsonObject schema)
    {
        var check = new CustomSchema(keepsUnknown: true);
        check.Visit(node, schema, "");
        return !check._faults.Exists(fault => fault.Severity == LintSeverity.Error);
    }

    private void FindDuplicates(JsonArray list, JsonObject schema, string pointer)
    {
        var kind = schema.Text("x-kubernetes-list-type");
        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray)?.OfType<JsonValue>().Select(key => key.ToString()).ToList() ?? [];
        if (kind is not ("set" or "map") || (kind == "map" && keys.Count == 0))
        {
            return;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var key = kind == "set" ? list[i]?.ToJsonString() : string.Join(" and ", keys.Select(name => $"{name} {(list[i] as JsonObject)?[name]}"));
            if (key is not null && !seen.TryAdd(key, i))
            {
                Add(LintRules.ListDuplicate, $"{pointer}/{i}", $"is a second item with {(kind == "set" ? $"the value {ScalarChecks.Shorten(key)}" : key)} (the first is [{seen[key]}])");
            }
        }
    }

    private static string? TypeProblem(JsonNode node, JsonObject schema)
    {
        var kind = node.GetValueKind();
        var isWhole = kind == JsonValueKind.Number && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.Truncate(number) == number;
        if (schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return isWhole || kind == JsonValueKind.String ? null : $"must be a whole number or a text, and is {ScalarChecks.Describe(node)}";
        }

        var (fits, wanted) = schema.Text("type") switch
        {
            "object" => (kind == JsonValueKind.Object, "a map"),
            "array" => (kind == JsonValueKind.Array, "a list"),
            "string" => (kind == JsonValueKind.String, "a text"),
            "integer" => (isWhole, "a whole number"),
            "number" => (kind == JsonValueKind.Number, "a number"),
            "boolean" => (kind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            _ => (true, ""),
        };
        return fits ? null : $"must be {wanted}, and is {ScalarChecks.Describe(node)}{(wanted == "a text" && node is JsonValue ? "; write it in quotes" : "")}";
    }

    private void Add(string rule, string pointer, string message, LintSeverity severity = LintSeverity.Error) =>
        _faults.Add(new SchemaFault(rule, pointer, FieldPath.Of(pointer), message) { Severity = severity });
}
