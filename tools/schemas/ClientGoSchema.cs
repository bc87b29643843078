namespace EdgeSync.Schemas;

/// <summary>Compares what was read with the schema that client-go has for its apply configurations, which Kubernetes' own generator made.</summary>
internal static class ClientGoSchema
{
    private const string Prefix = "io.k8s.api.";

    /// <summary>Every difference in a type that both have: its fields, and the keys of its lists.</summary>
    public static IEnumerable<string> Compare(string file, ApiSchema schema)
    {
        foreach (var (name, fields) in Read(File.ReadLines(file)))
        {
            if (!schema.Types.TryGetValue(name, out var found))
            {
                continue;
            }

            foreach (var (field, keys) in fields.Where(entry => !found.ContainsKey(entry.Key)))
            {
                yield return $"{name}.{field} is not in the Go types{keys}";
            }

            foreach (var (field, type) in found)
            {
                if (!fields.TryGetValue(field, out var keys))
                {
                    yield return $"{name}.{field} is not in client-go's schema";
                }
                else if (type.Type != ApiSchema.Any && keys != string.Join(',', type.Keys))
                {
                    yield return $"{name}.{field} has the keys '{string.Join(',', type.Keys)}' in the Go types and '{keys}' in client-go's schema";
                }
            }
        }
    }

    private static Dictionary<string, Dictionary<string, string>> Read(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Dictionary<string, string> fields = [];
        var field = "";
        foreach (var line in lines)
        {
            if (line.StartsWith("- name: ", StringComparison.Ordinal))
            {
                fields = new Dictionary<string, string>(StringComparer.Ordinal);
                var name = line["- name: ".Length..];
                if (name.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    types[name[Prefix.Length..]] = fields;
                }
            }
            else if (line.StartsWith("    - name: ", StringComparison.Ordinal))
            {
                field = line["    - name: ".Length..];
                fields[field] = "";
            }
            else if (line == "          elementRelationship: associative")
            {
                fields[field] = ApiField.ItemIsKey;
            }
            else if (line.StartsWith("          - ", StringComparison.Ordinal))
            {
                var key = line["          - ".Length..];
                fields[field] = fields[field] == ApiField.ItemIsKey ? key : $"{fields[field]},{key}";
            }
        }

        return types;
    }
}
