using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSync.Bundles.Tests.Linting.Schemas;

/// <summary>Makes of one good object many that have one thing changed each.</summary>
internal static class ObjectMutations
{
    /// <summary>The changed objects, with what was changed in which place.</summary>
    public static IEnumerable<(string Change, string Path, JsonObject Object)> Of(JsonObject good)
    {
        foreach (var path in Paths(good, []).ToList())
        {
            if (path is ["apiVersion" or "kind" or "status", ..] or ["metadata"] or ["metadata", "name" or "namespace" or "labels" or "annotations" or "creationTimestamp", ..] or [.., "protocol"])
            {
                continue;
            }

            foreach (var (change, apply) in Changes(At(good, path)))
            {
                var copy = (JsonObject)good.DeepClone();
                apply(At(copy, path[..^1])!, path[^1]);
                yield return (change, string.Join('.', path), copy);
            }
        }
    }

    private static IEnumerable<(string Change, Action<JsonNode, string> Apply)> Changes(JsonNode? value)
    {
        yield return ("left out", (parent, key) => Remove(parent, key));
        switch (value?.GetValueKind())
        {
            case JsonValueKind.String:
                yield return ("a number for a text", (parent, key) => Set(parent, key, 8080));
                yield return ("a boolean for a text", (parent, key) => Set(parent, key, true));
                yield return ("a list for a text", (parent, key) => Set(parent, key, new JsonArray("a")));
                yield return ("another text", (parent, key) => Set(parent, key, "Bogus value!"));
                yield return ("an empty text", (parent, key) => Set(parent, key, ""));
                break;
            case JsonValueKind.Number:
                yield return ("a boolean for a number", (parent, key) => Set(parent, key, true));
                yield return ("a map for a number", (parent, key) => Set(parent, key, new JsonObject()));
                yield return ("a fraction", (parent, key) => Set(parent, key, 1.5));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                yield return ("a text for a boolean", (parent, key) => Set(parent, key, "true"));
                break;
            case JsonValueKind.Array:
                yield return ("a map for a list", (parent, key) => Set(parent, key, new JsonObject { ["a"] = "b" }));
                yield return ("an empty list", (parent, key) => Set(parent, key, new JsonArray()));
                if (value.AsArray().Count == 0)
                {
                    break;
                }

                yield return ("an item twice", (parent, key) => ((JsonArray)Get(parent, key)!).Add(((JsonArray)Get(parent, key)!)[0]?.DeepClone()));
                break;
            case JsonValueKind.Object:
                yield return ("a text for a map", (parent, key) => Set(parent, key, "x"));
                yield return ("a list for a map", (parent, key) => Set(parent, key, new JsonArray("a")));
                yield return ("an empty map", (parent, key) => Set(parent, key, new JsonObject()));
                yield return ("a field more", (parent, key) => ((JsonObject)Get(parent, key)!)["bogusField"] = "x");
                break;
        }
    }

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path)
    {
        if (path.Length > 0)
        {
            yield return path;
        }

        var children = node switch
        {
            JsonObject map => map.Select(member => (member.Key, member.Value)),
            JsonArray list => list.Select((item, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            foreach (var below in Paths(child, [.. path, key]))
            {
                yield return below;
            }
        }
    }

    private static JsonNode? At(JsonNode node, string[] path) => path.Aggregate((JsonNode?)node, (at, key) => Get(at!, key));

    private static JsonNode? Get(JsonNode node, string key) => node is JsonArray list ? list[Index(key)] : node[key];

    private static void Set(JsonNode node, string key, JsonNode value)
    {
        if (node is JsonArray list)
        {
            list[Index(key)] = value;
        }
        else
        {
            node[key] = value;
        }
    }

    private static void Remove(JsonNode node, string key)
    {
        if (node is JsonArray list)
        {
            list.RemoveAt(Index(key));
        }
        else
        {
            ((JsonObject)node).Remove(key);
        }
    }

    private static int Index(string key) => int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);
}
