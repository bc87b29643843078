using System.Text.Json.Nodes;

namespace EdgeSync.Schemas;

/// <summary>Reads the OpenAPI document (version 2) of a running API server.</summary>
internal static class OpenApiDocument
{
    private static readonly (string Long, string Short)[] Prefixes =
    [
        ("io.k8s.api.", ""), ("io.k8s.apimachinery.pkg.apis.", ""), ("io.k8s.apiextensions-apiserver.pkg.apis.", ""), ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ];

    /// <summary>Takes the kinds that can be applied, and the enumerations of the newer version, which this document does not have.</summary>
    public static ApiSchema Read(JsonNode document, string version, ApiSchema newer)
    {
        var schema = new ApiSchema(version, $"/openapi/v2 of kube-apiserver {version}");
        foreach (var (longName, node) in document["definitions"]!.AsObject())
        {
            var definition = node!.AsObject();
            if (WellKnownTypes.Find(longName) is not null || definition["properties"] is not JsonObject properties)
            {
                continue;
            }

            var name = Shorten(longName);
            var required = (definition["required"] as JsonArray)?.Select(item => (string)item!).ToHashSet(StringComparer.Ordinal) ?? [];
            schema.Types[name] = new SortedDictionary<string, ApiField>(StringComparer.Ordinal);
            foreach (var (field, property) in properties)
            {
                var type = field == "status" && definition.ContainsKey(Kinds) ? ApiSchema.Any : TypeOf(property!, longName);
                if (type is "string" or "[]string" && newer.Types.TryGetValue(name, out var fields) && fields.TryGetValue(field, out var known)
                    && newer.Enumerations.TryGetValue(known.Type.Replace("[]", "", StringComparison.Ordinal), out var values))
                {
                    type = known.Type;
                    schema.Enumerations[type.Replace("[]", "", StringComparison.Ordinal)] = values;
                }

                schema.Types[name][field] = new ApiField(type, required.Contains(field), KeysOf(property!));
            }

            AddKind(schema, name, definition);
        }

        return schema;
    }

    private const string Kinds = "x-kubernetes-group-version-kind";

    private static void AddKind(ApiSchema schema, string name, JsonObject definition)
    {
        if (definition[Kinds] is JsonArray { Count: 1 } kinds && schema.Types[name].TryGetValue("metadata", out var metadata) && metadata.Type == "meta.v1.ObjectMeta")
        {
            var group = (string)kinds[0]!["group"]!;
            schema.Kinds[$"{(group.Length == 0 ? "" : group + "/")}{kinds[0]!["version"]} {kinds[0]!["kind"]}"] = name;
        }
    }

    private static string TypeOf(JsonNode node, string owner)
    {
        if ((string?)node["$ref"] is { } reference)
        {
            var target = reference["#/definitions/".Length..];

            // Newer servers take numbers too, and do not say so in this document.
            return WellKnownTypes.Find(target) is { } known ? known == "quantity" ? "quantitytext" : known : Shorten(target);
        }

        return ((string?)node["type"], (string?)node["format"]) switch
        {
            ("array", _) => "[]" + TypeOf(node["items"]!, owner),
            ("object", _) when node["additionalProperties"] is { } value => "{}" + TypeOf(value, owner),
            ("string", "byte") => "bytes",
            ("string", "date-time") => "time",
            ("string", "int-or-string") => "intstr",
            ("integer", "int32") => "int32",
            ("integer", _) => "int64",
            ("number", _) => "number",
            ("boolean", _) => "bool",
            ("string", _) => "string",
            _ => ApiSchema.Any,
        };
    }

    // A server reads the older markers for patches as well as those for server-side apply.
    private static IReadOnlyList<string> KeysOf(JsonNode node)
    {
        var kind = (string?)node["x-kubernetes-list-type"];
        var isMerged = ((string?)node["x-kubernetes-patch-strategy"])?.Contains("merge", StringComparison.Ordinal) == true;
        return (string?)node["type"] != "array" || kind == "atomic" || (kind is null && !isMerged) ? []
            : kind == "set" ? [ApiField.ItemIsKey]
            : node["x-kubernetes-list-map-keys"] is JsonArray keys ? [.. keys.Select(key => (string)key!)]
            : (string?)node["x-kubernetes-patch-merge-key"] is { } key ? [key] : [ApiField.ItemIsKey];
    }

    private static string Shorten(string name) => Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix.Long, StringComparison.Ordinal)) is { Long: not null } found
        ? found.Short + name[found.Long.Length..]
        : name;
}
