using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>The built-in kinds of one version of Kubernetes, read from the data that <c>tools/schemas</c> makes.</summary>
internal sealed class KubernetesSchema
{
    private const string Header = "edgesync-schema 1";
    private const string ItemIsKey = "=";
    private static readonly Lazy<KubernetesSchema> OldestLoader = new(() => Load("kubernetes-1.20.txt"));
    private static readonly Lazy<KubernetesSchema> NewestLoader = new(() => Load("kubernetes-1.36.txt"));

    private readonly Dictionary<string, ValueSchema> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueSchema> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groupVersions = new(StringComparer.Ordinal);

    private KubernetesSchema(string version) => Version = version;

    /// <summary>That of the oldest version that EdgeSync supports.</summary>
    public static KubernetesSchema Oldest => OldestLoader.Value;

    /// <summary>That of the newest version when this EdgeSync was made.</summary>
    public static KubernetesSchema Newest => NewestLoader.Value;

    /// <summary>The version of Kubernetes, without the patch: <c>1.20</c>.</summary>
    public string Version { get; }

    /// <summary>All kinds, as <c>apps/v1 Deployment</c>.</summary>
    public IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>Whether this version has kinds of the group and version (<c>apps/v1</c>).</summary>
    public bool HasGroupVersion(string apiVersion) => _groupVersions.Contains(apiVersion);

    /// <summary>The schema of a kind.</summary>
    public bool TryFind(string apiVersion, string kind, [NotNullWhen(true)] out ValueSchema? schema) => _kinds.TryGetValue($"{apiVersion} {kind}", out schema);

    /// <summary>Reads the data; throws <see cref="InvalidDataException"/> for anything that the tool does not write.</summary>
    public static KubernetesSchema Parse(TextReader reader)
    {
        if (reader.ReadLine() != Header || reader.ReadLine()?.Split(' ') is not ["kubernetes", var version] || reader.ReadLine()?.StartsWith("source ", StringComparison.Ordinal) != true)
        {
            throw new InvalidDataException("The schema data does not begin as it must.");
        }

        var schema = new KubernetesSchema(string.Join('.', version.Split('.')[..2]));
        var kinds = new List<(string Kind, string Type)>();
        var fields = new List<(string Type, string[] Field)>();
        string? type = null;
        while (reader.ReadLine() is { } line)
        {
            switch (line[..Math.Max(0, line.IndexOf(' ', StringComparison.Ordinal))])
            {
                case "enum" when line.Split(' ', 3) is [_, var name, var values]:
                    schema._types.Add(name, new ValueSchema(ValueKind.Choice) { Choices = values.Split('|') });
                    break;
                case "kind" when line.Split(' ') is [_, var apiVersion, var kind, var target]:
                    kinds.Add(($"{apiVersion} {kind}", target));
                    schema._groupVersions.Add(apiVersion);
                    break;
                case "type":
                    type = line["type ".Length..];
                    schema._types.Add(type, new ValueSchema(ValueKind.Object) { TypeName = type, Fields = new Dictionary<string, FieldSchema>(StringComparer.Ordinal) });
                    break;
                case "" when type is not null && line[1..].Split(' ') is { Length: 2 or 3 } field:
                    fields.Add((type, field));
                    break;
                default:
                    throw new InvalidDataException($"The schema data has a line that is not understood: {line}");
            }
        }

        foreach (var (owner, field) in fields)
        {
            schema._types[owner].Fields.Add(field[0].TrimEnd('!'), new FieldSchema(schema.Resolve(field[1], field.Length == 3 ? field[2].Split(',') : []), field[0].EndsWith('!')));
        }

        foreach (var (kind, target) in kinds)
        {
            schema._kinds.Add(kind, schema.Resolve(target, []));
        }

        return schema;
    }

    private static KubernetesSchema Load(string name)
    {
        using var stream = typeof(KubernetesSchema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"The program has no {name}.");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    private ValueSchema Resolve(string type, string[] keys) => type switch
    {
        "any" => new ValueSchema(ValueKind.Any),
        "string" => new ValueSchema(ValueKind.Text),
        "int32" => new ValueSchema(ValueKind.Int32),
        "int64" => new ValueSchema(ValueKind.Int64),
        "number" => new ValueSchema(ValueKind.Number),
        "bool" => new ValueSchema(ValueKind.Boolean),
        "bytes" => new ValueSchema(ValueKind.Bytes),
        "time" => new ValueSchema(ValueKind.Time),
        "quantity" => new ValueSchema(ValueKind.Quantity),
        "quantitytext" => new ValueSchema(ValueKind.QuantityText),
        "intstr" => new ValueSchema(ValueKind.IntOrString),
        ['[', ']', .. var item] => new ValueSchema(ValueKind.List) { Item = Resolve(item, []), Keys = keys is [ItemIsKey] ? [""] : keys },
        ['{', '}', .. var item] => new ValueSchema(ValueKind.Map) { Item = Resolve(item, []) },
        _ => _types.TryGetValue(type, out var found) ? found : throw new InvalidDataException($"The schema data has no type {type}."),
    };
}
