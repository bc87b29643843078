using System.Text.RegularExpressions;

namespace EdgeSync.Schemas;

/// <summary>Reads the types of Kubernetes' API from the Go files that define them: fields, what is required, keyed lists and enumerations.</summary>
internal sealed partial class GoTypes(ApiSchema schema)
{
    private const string MetaPackage = "k8s.io/apimachinery/pkg/apis/meta/v1";

    // Named texts without the marker +enum of which a server takes the listed values only.
    private static readonly HashSet<string> ClosedTypes = new(StringComparer.Ordinal)
    {
        "apiextensions.v1.ResourceScope", "apiextensions.v1.ConversionStrategyType", "autoscaling.v2.HPAScalingPolicyType", "autoscaling.v2.MetricSourceType",
        "autoscaling.v2.MetricTargetType", "autoscaling.v2.ScalingPolicySelect", "meta.v1.LabelSelectorOperator", "storage.v1.FSGroupPolicy", "storage.v1.VolumeLifecycleMode",
    };

    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _structs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _embedded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _closed = new(ClosedTypes, StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly List<string> _comment = [];
    private Dictionary<string, string> _imports = [];
    private string _package = "";

    /// <summary>Reads one file of a package (<c>k8s.io/api/core/v1</c>) whose API group is given; null for a package without kinds.</summary>
    public void Read(string package, string file, string? group)
    {
        _package = Shorten(package);
        var lines = File.ReadAllLines(file);
        _imports = lines.Select(line => Import().Match(line)).Where(match => match.Success).ToDictionary(
            match => match.Groups[1].Length > 0 ? match.Groups[1].Value : match.Groups[2].Value.Split('/')[^1], match => Shorten(match.Groups[2].Value), StringComparer.Ordinal);
        string? open = null;
        foreach (var line in lines)
        {
            if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                _comment.Add(line.Trim()[2..].Trim());
                continue;
            }

            if (open is not null)
            {
                open = line == "}" ? null : open;
                if (open is not null)
                {
                    ReadMember(open, line);
                }
            }
            else if (Struct().Match(line) is { Success: true } opening)
            {
                open = $"{_package}.{opening.Groups[1].Value}";
                Open(open, group);
            }
            else
            {
                ReadDeclaration(line);
            }

            if (line.Trim().Length > 0 || open is null)
            {
                _comment.Clear();
            }
        }
    }

    /// <summary>Puts embedded types into those that embed them, and gives every field its final type.</summary>
    public void Complete()
    {
        foreach (var name in _structs)
        {
            Inline(name, []);
        }

        // Some of their values are constants of another package, which are not read.
        _closed.ExceptWith(_open);
        foreach (var fields in schema.Types.Values)
        {
            foreach (var (name, field) in fields.ToArray())
            {
                fields[name] = field with { Type = Resolve(field.Type) };
            }
        }

        foreach (var name in _closed.Where(_constants.ContainsKey))
        {
            schema.Enumerations[name] = [.. _constants[name]];
        }

        foreach (var (kind, name) in schema.Kinds.ToArray())
        {
            if (!schema.Types[name].TryGetValue("metadata", out var metadata) || metadata.Type != "meta.v1.ObjectMeta" || !schema.Types[name].ContainsKey("kind"))
            {
                schema.Kinds.Remove(kind);
            }
            else if (schema.Types[name].TryGetValue("status", out var status))
            {
                schema.Types[name]["status"] = status with { Type = ApiSchema.Any, IsRequired = false };
            }
        }
    }

    private static string Shorten(string package) => package.StartsWith("k8s.io/", StringComparison.Ordinal) ? string.Join('.', package.Split('/')[^2..]) : package;

    private void Open(string name, string? group)
    {
        _structs.Add(name);
        schema.Types[name] = new SortedDictionary<string, ApiField>(StringComparer.Ordinal);
        _embedded[name] = [];
        if (group is not null)
        {
            var parts = name.Split('.');
            schema.Kinds[$"{(group.Length == 0 ? "" : group + "/")}{parts[^2]} {parts[^1]}"] = name;
        }
    }

    private void ReadMember(string owner, string line)
    {
        if (Member().Match(line) is not { Success: true } match)
        {
            return;
        }

        var tag = match.Groups[3].Value.Split(',');
        var type = Qualify(match.Groups[2].Value);
        if (tag[0].Length == 0 && tag.Contains("inline"))
        {
            _embedded[owner].Add(type);
        }
        else if (tag[0] is not ("" or "-"))
        {
            var isOptional = tag.Contains("omitempty") || tag.Contains("omitzero") || _comment.Any(text => text is "+optional" or "+k8s:optional" || text.StartsWith("+default=", StringComparison.Ordinal));
            schema.Types[owner][tag[0]] = new ApiField(type, !isOptional, Keys());
        }
    }

    private IReadOnlyList<string> Keys() =>
        _comment.Contains("+listType=set") ? [ApiField.ItemIsKey]
        : _comment.Contains("+listType=map") ? [.. _comment.Where(text => text.StartsWith("+listMapKey=", StringComparison.Ordinal)).Select(text => text.Split('=')[1])]
        : _comment.Any(text => text.StartsWith("+listType", StringComparison.Ordinal)) || !_comment.Any(text => text.StartsWith("+patchStrategy=", StringComparison.Ordinal) && text.Contains("merge", StringComparison.Ordinal)) ? []
        : _comment.FirstOrDefault(text => text.StartsWith("+patchMergeKey=", StringComparison.Ordinal)) is { } key ? [key.Split('=')[1]]
        : [ApiField.ItemIsKey];

    private void ReadDeclaration(string line)
    {
        if (Named().Match(line) is { Success: true } named)
        {
            var name = $"{_package}.{named.Groups[1].Value}";
            _named[name] = Qualify(named.Groups[2].Value);
            if (_comment.Any(text => text is "+enum" or "+k8s:enum"))
            {
                _closed.Add(name);
            }
        }
        else if (Copied().Match(line) is { Success: true } copied)
        {
            _open.Add($"{_package}.{copied.Groups[1].Value}");
        }
        else if ((Constant().Match(line) is { Success: true } plain ? plain : Converted().Match(line)) is { Success: true } constant)
        {
            var name = $"{_package}.{constant.Groups[1].Value}";
            _constants.TryAdd(name, new SortedSet<string>(StringComparer.Ordinal));
            _constants[name].Add(constant.Groups[2].Value);
        }
    }

    // The type with its package, without pointers: *v1.Container is core.v1.Container.
    private string Qualify(string type)
    {
        if (type.StartsWith('*'))
        {
            return Qualify(type[1..]);
        }

        if (type.StartsWith("[]", StringComparison.Ordinal))
        {
            return type == "[]byte" ? "bytes" : "[]" + Qualify(type[2..]);
        }

        if (type.StartsWith("map[", StringComparison.Ordinal))
        {
            return "{}" + Qualify(type[(type.IndexOf(']', StringComparison.Ordinal) + 1)..]);
        }

        return type switch
        {
            "string" or "bool" or "int32" or "int64" => type,
            "int" or "uint64" or "uint32" => "int64",
            "float64" => "number",
            _ when type.Split('.') is [var import, var name] => $"{_imports.GetValueOrDefault(import, import)}.{name}",
            _ => $"{_package}.{type}",
        };
    }

    private void Inline(string name, HashSet<string> seen)
    {
        foreach (var embedded in _embedded[name].Select(other => _named.GetValueOrDefault(other, other)).Where(other => _structs.Contains(other) && seen.Add(other)))
        {
            Inline(embedded, seen);
            foreach (var (field, found) in schema.Types[embedded])
            {
                schema.Types[name].TryAdd(field, found);
            }
        }
    }

    private string Resolve(string type)
    {
        if (type.Length > 2 && type[..2] is "[]" or "{}")
        {
            return type[..2] + Resolve(type[2..]);
        }

        return !type.Contains('.', StringComparison.Ordinal) || _structs.Contains(type) && WellKnownTypes.Find(type) is null || _closed.Contains(type) && _constants.ContainsKey(type) ? type
            : WellKnownTypes.Find(type) ?? (_named.TryGetValue(type, out var target) ? Resolve(target) : ApiSchema.Any);
    }

    [GeneratedRegex(@"^\t(?:(\w+) )?""((?:k8s\.io|sigs\.k8s\.io)/[^""]+)""$")]
    private static partial Regex Import();

    [GeneratedRegex(@"^type (\w+) struct \{$")]
    private static partial Regex Struct();

    [GeneratedRegex(@"^\t(?:(\w+)\s+)?([\w.*\[\]]+)\s+`.*?json:""([^""]*)""")]
    private static partial Regex Member();

    [GeneratedRegex(@"^type (\w+)\s+=?\s*([\w.*\[\]]+)$")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\s*(?:const )?\w+\s+(\w+)\s*=\s*""([^""]*)""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^\s*(?:const )?\w+\s*=\s*(\w+)\(""([^""]*)""\)")]
    private static partial Regex Converted();

    [GeneratedRegex(@"^\s*(?:const )?\w+\s*=\s*(\w+)\([^""]")]
    private static partial Regex Copied();
}
