using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Checks that a document is an object with a name, and takes lists (<c>kind: List</c>) apart.</summary>
internal sealed class ObjectExpansion(string file, FaultList faults)
{
    public void Expand(JsonNode? root, PositionMap positions, List<KubernetesObject> objects)
    {
        if (root is not JsonObject json)
        {
            faults.Add(positions.Find(""), "the document is not a map; a Kubernetes object begins with apiVersion and kind");
        }
        else if (json["items"] is JsonArray items)
        {
            ExpandList(json, items, positions, objects);
        }
        else if (IsNamed(json, positions))
        {
            objects.Add(new KubernetesObject(json, new ManifestSource(file, positions.Find("").Line, positions)));
        }
    }

    private void ExpandList(JsonObject list, JsonArray items, PositionMap positions, List<KubernetesObject> objects)
    {
        const string Suffix = "List";
        if (list.Text("kind") is not { } kind || !kind.EndsWith(Suffix, StringComparison.Ordinal))
        {
            faults.Add(positions.Find("/items"), "Kubernetes reads an object with 'items' as a list, and this one's kind does not end with 'List'");
            return;
        }

        for (var i = 0; items.Count > 0; i++)
        {
            var item = items[0];
            items.RemoveAt(0);
            if (item is JsonObject json && kind.Length > Suffix.Length && list.Text("apiVersion") is { } version)
            {
                // The items of a typed list (ConfigMapList) may leave out what the list says.
                json.TryAdd("apiVersion", version);
                json.TryAdd("kind", kind[..^Suffix.Length]);
            }

            Expand(item, positions.Below($"/items/{i}"), objects);
        }
    }

    private bool IsNamed(JsonObject json, PositionMap positions)
    {
        var isValid = Require(json, positions, "/apiVersion", json.Text("apiVersion"), IsApiVersion, "apiVersion must be 'version' or 'group/version'");
        isValid &= Require(json, positions, "/kind", json.Text("kind"), IsKind, "kind must be a name of letters and digits");
        if (json["metadata"] is not JsonObject metadata)
        {
            return Refuse(json["metadata"] is null ? "the object has no metadata" : "metadata must be a map", positions, "/metadata");
        }

        isValid &= Require(json, positions, "/metadata/name", metadata.Text("name"), IsPathSegment, metadata.ContainsKey("generateName")
            ? "generateName gives another object with every apply; give the object a metadata.name"
            : "metadata.name must be a text that is not empty and has no '/' or '%'");
        if (metadata["namespace"] is not null)
        {
            isValid &= Require(json, positions, "/metadata/namespace", metadata.Text("namespace"), IsDnsLabel, "metadata.namespace is not a valid namespace name");
        }

        return isValid & AreTexts(metadata, "labels", positions) & AreTexts(metadata, "annotations", positions);
    }

    // The API server refuses these too, but without a line: an unquoted 'yes' or 1.10 is the most common mistake there is.
    private bool AreTexts(JsonObject metadata, string member, PositionMap positions)
    {
        if (metadata[member] is not JsonObject map)
        {
            return metadata[member] is null || Refuse($"metadata.{member} must be a map", positions, $"/metadata/{member}");
        }

        var isValid = true;
        foreach (var (key, value) in map)
        {
            if (value is not null && map.Text(key) is null)
            {
                isValid = Refuse($"the value of '{key}' must be a text; quote it", positions, $"/metadata/{member}/{PositionMap.Escape(key)}");
            }
        }

        return isValid;
    }

    private bool Require(JsonObject json, PositionMap positions, string pointer, string? text, Func<string, bool> rule, string message) =>
        text is not null && rule(text) || Refuse(IsMissing(json, pointer) ? $"the object has no {pointer[1..].Replace('/', '.')}" : message, positions, pointer);

    private static bool IsMissing(JsonObject json, string pointer) =>
        json.At(pointer[1..].Split('/')) is null && json.At("metadata", "generateName") is null;

    private bool Refuse(string message, PositionMap positions, string pointer)
    {
        faults.Add(positions.Find(pointer), message);
        return false;
    }

    private static bool IsApiVersion(string text) =>
        text.Split('/') is { Length: 1 or 2 } parts && parts.All(part => IsPathSegment(part) && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'));

    private static bool IsKind(string text) => text.Length is > 0 and <= 253 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsPathSegment(string text) =>
        text.Length is > 0 and <= 253 && text is not ("." or "..") && !text.Any(c => c is '/' or '%' || char.IsControl(c));

    private static bool IsDnsLabel(string text) =>
        text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
