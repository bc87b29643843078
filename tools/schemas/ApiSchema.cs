using System.Text;

namespace EdgeSync.Schemas;

/// <summary>
/// The kinds and types of one version of Kubernetes. A type of a field is <c>string</c>, <c>int32</c>, <c>int64</c>, <c>number</c>, <c>bool</c>,
/// <c>bytes</c>, <c>time</c>, <c>quantity</c>, <c>intstr</c>, <c>any</c>, a name, or a list (<c>[]T</c>) or map (<c>{}T</c>) of one of these.
/// </summary>
internal sealed class ApiSchema(string version, string source)
{
    public const string Any = "any";

    public string FileName => $"kubernetes-{string.Join('.', version.Split('.')[..2])}.txt";

    public Dictionary<string, SortedDictionary<string, ApiField>> Types { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, IReadOnlyList<string>> Enumerations { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes what the kinds reach, in an order that depends on nothing else.</summary>
    public async Task WriteAsync(string path)
    {
        var text = new StringBuilder($"edgesync-schema 1\nkubernetes {version}\nsource {source}\n");
        var reached = Reach();
        foreach (var (name, values) in Enumerations.Where(entry => reached.Contains(entry.Key)))
        {
            text.Append(null, $"enum {name} {string.Join('|', values)}\n");
        }

        foreach (var (kind, type) in Kinds)
        {
            text.Append(null, $"kind {kind} {type}\n");
        }

        foreach (var name in reached.Where(Types.ContainsKey).Order(StringComparer.Ordinal))
        {
            text.Append(null, $"type {name}\n");
            foreach (var (field, found) in Types[name])
            {
                text.Append(null, $" {field}{(found.IsRequired ? "!" : "")} {Known(found.Type)}{(found.Keys.Count == 0 ? "" : " " + string.Join(',', found.Keys))}\n");
            }
        }

        await File.WriteAllTextAsync(path, text.ToString());
    }

    // Some types have no fields: any map will do.
    private string Known(string type) => type[..Math.Min(2, type.Length)] is "[]" or "{}" ? type[..2] + Known(type[2..])
        : type.Contains('.', StringComparison.Ordinal) && !Types.ContainsKey(type) && !Enumerations.ContainsKey(type) ? Any
        : type;

    private HashSet<string> Reach()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(Kinds.Values);
        while (pending.TryDequeue(out var name))
        {
            if (reached.Add(name) && Types.TryGetValue(name, out var fields))
            {
                foreach (var field in fields.Values)
                {
                    pending.Enqueue(field.Type.Replace("[]", "", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal));
                }
            }
        }

        return reached;
    }
}

/// <summary>A field of a type.</summary>
/// <param name="Type">Its type.</param>
/// <param name="IsRequired">Whether an object without it is refused.</param>
/// <param name="Keys">What tells the items of a keyed list apart; <c>=</c> for a list whose items are their own keys.</param>
internal sealed record ApiField(string Type, bool IsRequired, IReadOnlyList<string> Keys)
{
    public const string ItemIsKey = "=";
}
