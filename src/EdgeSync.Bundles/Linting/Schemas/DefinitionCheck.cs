using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Checks a CustomResourceDefinition itself: its name, its versions, and whether its schemas are structural.</summary>
internal static class DefinitionCheck
{
    /// <summary>What a server refuses in the definition, by JSON pointer.</summary>
    public static IEnumerable<(string Pointer, string Message)> Check(KubernetesObject definition)
    {
        var spec = ((JsonNode)definition.Json).At("spec");
        if (spec.Text("names", "plural") is { } plural && spec.Text("group") is { } group && definition.Name != $"{plural}.{group}")
        {
            yield return ("/metadata/name", $"the name must be '{plural}.{group}': plural and group of the kind");
        }

        var versions = CustomKinds.Versions(definition).ToList();
        if (versions.Count > 0 && versions.Count(version => version.IsStored) is var stored and not 1)
        {
            yield return ("/spec/versions", $"exactly one version must have 'storage: true', and {stored} have");
        }

        // The schemas of the old kind may be anything.
        if (definition.ApiVersion == "apiextensions.k8s.io/v1")
        {
            foreach (var version in versions.Where(version => version.Schema is not null))
            {
                if (version.Schema!.Text("type") is not (null or "object"))
                {
                    yield return ($"{version.Pointer}/type", "the schema of an object must have 'type: object'");
                }

                foreach (var fault in Structure(version.Schema!, version.Pointer))
                {
                    yield return fault;
                }
            }
        }
    }

    private static IEnumerable<(string Pointer, string Message)> Structure(JsonObject schema, string pointer)
    {
        if (schema["$ref"] is not null)
        {
            yield return ($"{pointer}/$ref", "'$ref' is not allowed; write the schema out");
        }

        var isFree = schema.IsTrue("x-kubernetes-int-or-string") || schema.IsTrue("x-kubernetes-preserve-unknown-fields");
        var type = schema.Text("type");
        if (type is null or "" && !isFree)
        {
            yield return (pointer, "a schema needs a type, or x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields");
        }
        else if (type is not (null or "" or "object" or "array" or "string" or "integer" or "number" or "boolean"))
        {
            yield return ($"{pointer}/type", $"'{ScalarChecks.Shorten(type)}' is not a type; it must be array, boolean, integer, number, object or string");
        }

        if (type == "array" && schema["items"] is not JsonObject)
        {
            yield return (pointer, "an array needs 'items'");
        }

        if (schema["properties"] is JsonObject { Count: > 0 } && schema["additionalProperties"] is not null)
        {
            yield return ($"{pointer}/additionalProperties", "a schema has either properties or additionalProperties");
        }

        if (schema.IsTrue("uniqueItems"))
        {
            yield return ($"{pointer}/uniqueItems", "'uniqueItems: true' is not allowed; use 'x-kubernetes-list-type: set'");
        }

        foreach (var (inner, at) in Inner(schema, pointer))
        {
            foreach (var fault in Structure(inner, at))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<(JsonObject Schema, string Pointer)> Inner(JsonObject schema, string pointer)
    {
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject inner)
            {
                yield return (inner, $"{pointer}/properties/{PositionMap.Escape(name)}");
            }
        }

        foreach (var name in new[] { "items", "additionalProperties" })
        {
            if (schema[name] is JsonObject inner)
            {
                yield return (inner, $"{pointer}/{name}");
            }
        }
    }
}
